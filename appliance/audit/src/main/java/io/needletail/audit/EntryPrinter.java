package io.needletail.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import io.needletail.server.cli.JsonOut;
import io.needletail.server.cli.TextBytes;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Prints entries: a line each for people, a JSON value a line for programs. */
final class EntryPrinter {
    @Option(names = "--json", description = "Prints a JSON value a line.")
    private boolean json;

    void print(TrailEntry entry) {
        if (json) {
            JsonOut.print(out -> write(out, entry));
            return;
        }
        String time = Instant.ofEpochSecond(0, entry.timeNs()).toString();
        String what = entry.kind() == TrailEntry.Kind.CHANGE
                ? entry.operation() + "\t" + name(entry)
                        + (entry.value() == null ? "" : "\t" + TextBytes.format(entry.value()))
                : kind(entry) + ": " + entry.operation();
        System.out.println(time + "\t" + entry.shard() + "\t" + entry.version() + "\t" + what);
    }

    /** An entry whose key nobody knew any more has its handle's name. */
    private static String name(TrailEntry entry) {
        return entry.key() == null ? String.format("0x%016x", entry.handle()) : TextBytes.format(entry.key());
    }

    private static String kind(TrailEntry entry) {
        return entry.kind().name().toLowerCase(Locale.ROOT);
    }

    private static void write(JsonGenerator out, TrailEntry entry) throws IOException {
        out.writeStartObject();
        out.writeStringField(Trail.KIND, kind(entry));
        out.writeNumberField(Trail.SHARD, entry.shard());
        out.writeNumberField(Trail.VERSION, entry.version());
        out.writeNumberField(Trail.TIME, entry.timeNs());
        out.writeStringField(Trail.OPERATION, entry.operation());
        if (entry.kind() == TrailEntry.Kind.CHANGE) {
            out.writeNumberField(Trail.HANDLE, entry.handle());
            out.writeStringField(Trail.KEY, entry.key() == null ? null : TextBytes.format(entry.key()));
            out.writeStringField(Trail.VALUE, entry.value() == null ? null : TextBytes.format(entry.value()));
        }
        out.writeEndObject();
    }
}
