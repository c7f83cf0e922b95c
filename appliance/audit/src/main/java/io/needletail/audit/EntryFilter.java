package io.needletail.audit;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which entries a verb is asked for. */
final class EntryFilter {
    @Option(names = "--shard", paramLabel = "N", description = "Of one shard only (default: of all).")
    private Integer shard;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = TimeNs.class,
            description = "From a time on (UTC, as 2026-11-29T14:30:00Z).")
    private Long sinceNs;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = TimeNs.class,
            description = "Up to a time and no further.")
    private Long untilNs;

    @Option(names = "--limit", paramLabel = "N", description = "Ends after N entries.")
    private long limit = Long.MAX_VALUE;

    boolean takesShard(int one) {
        return shard == null || shard == one;
    }

    boolean takes(TrailEntry entry) {
        return (sinceNs == null || entry.timeNs() >= sinceNs) && (untilNs == null || entry.timeNs() <= untilNs);
    }

    long limit() {
        return limit;
    }

    /** A time as people write it, in ns since 1970. */
    static final class TimeNs implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                Instant time = Instant.parse(text);
                return time.getEpochSecond() * 1_000_000_000L + time.getNano();
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + text + "' is not a time as 2026-11-29T14:30:00Z");
            }
        }
    }
}
