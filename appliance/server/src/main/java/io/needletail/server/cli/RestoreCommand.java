package io.needletail.server.cli;

import io.needletail.server.Backup;
import io.needletail.server.KeptShard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code needletail restore}: a copy of an earlier time. */
@Command(
        name = "restore",
        description =
                "Copies an appliance, or a backup, as it was at an earlier time to a new folder, which an appliance is started on. What"
                        + " is there stays as it is. As far back as snapshots and the journal behind them are kept.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail restore --dir /srv/cache --to 2026-11-29T14:30:00Z /srv/cache-at-half-past",
            "  needletail restore --dir /mnt/backup/monday --to 4294967301 /srv/cache-before-the-mistake",
            "  needletail start --dir /srv/cache-before-the-mistake",
            "Exit: 0 done, 1 failed, 2 wrong usage."
        })
final class RestoreCommand extends CopyCommand {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    @Option(
            names = "--to",
            paramLabel = "TIME|SEQUENCE",
            required = true,
            description =
                    "The last change that is kept: its time, as 2026-11-29T14:30:00Z, or its version (of one shard only).")
    private String target;

    @Override
    void prepare(Path from, Backup copy) throws IOException {
        boolean isSequence = target.matches("[0-9]{1,18}");
        if (isSequence && KeptShard.count(from) > 1) {
            throw new IllegalArgumentException("--to " + target + ": a version is a shard's, and there are "
                    + KeptShard.count(from) + "; name a time");
        }
        copy.upTo(isSequence ? Long.parseLong(target) : Long.MAX_VALUE, isSequence ? Long.MAX_VALUE : timeNs());
    }

    private long timeNs() {
        try {
            Instant time = Instant.parse(target);
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NS_PER_SECOND), time.getNano());
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "--to " + target + " is neither a version nor a time as 2026-11-29T14:30:00Z", e);
        }
    }
}
