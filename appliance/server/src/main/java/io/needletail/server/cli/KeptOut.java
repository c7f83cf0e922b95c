package io.needletail.server.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.needletail.journal.JournalCheck;
import io.needletail.server.KeptShard;
import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;

/** Prints what is kept of shards, for people or as JSON, and how far it is read meanwhile. */
final class KeptOut {
    private static final long NOTE_BYTES = 64L << 20;

    private KeptOut() {}

    /** A line on standard error that moves, where somebody looks. */
    static LongConsumer progress(String what) {
        long[] next = {NOTE_BYTES};
        return bytes -> {
            if (bytes >= next[0] && System.console() != null) {
                next[0] = bytes + NOTE_BYTES;
                System.err.print("\r" + what + " " + (bytes >> 20) + " MiB");
            }
        };
    }

    static void print(List<KeptShard> shards, boolean json) {
        if (json) {
            JsonOut.print(out -> writeAll(out, shards));
        } else {
            shards.forEach(KeptOut::printOne);
        }
    }

    private static void printOne(KeptShard shard) {
        JournalCheck journal = shard.journal();
        String end = journal.isTorn() ? ", bytes behind its end are on their way" : "";
        System.out.printf(
                "shard %d journal: %s, %d files, positions %d to %d, last sequence %d%s%n",
                shard.shard(),
                journal.fault() == null ? "whole" : "DAMAGED: " + journal.fault(),
                journal.files(),
                journal.firstPosition(),
                journal.endPosition(),
                journal.lastSequence(),
                end);
        for (KeptShard.KeptSnapshot snapshot : shard.snapshots()) {
            System.out.printf(
                    "shard %d snapshot %s: %s, %d bytes, positions %d to %d%n",
                    shard.shard(),
                    snapshot.name(),
                    snapshot.fault() == null ? "whole" : "DAMAGED: " + snapshot.fault(),
                    snapshot.lengthBytes(),
                    snapshot.basePosition(),
                    snapshot.endPosition());
        }
        System.out.printf(
                "shard %d: a lost region %s%n",
                shard.shard(),
                shard.remake().isPossible()
                        ? "can be made " + shard.remake().words() + ", up to sequence "
                                + shard.remake().upToSequence()
                        : "CANNOT be made: " + shard.remake().words());
    }

    private static void writeAll(JsonGenerator out, List<KeptShard> shards) throws IOException {
        out.writeStartArray();
        for (KeptShard shard : shards) {
            out.writeStartObject();
            out.writeNumberField("shard", shard.shard());
            out.writeBooleanField("canBeRemade", shard.remake().isPossible());
            out.writeStringField("how", shard.remake().words());
            out.writeNumberField("upToSequence", shard.remake().upToSequence());
            out.writeObjectFieldStart("journal");
            out.writeNumberField("files", shard.journal().files());
            out.writeNumberField("firstPosition", shard.journal().firstPosition());
            out.writeNumberField("endPosition", shard.journal().endPosition());
            out.writeNumberField("lastSequence", shard.journal().lastSequence());
            out.writeBooleanField("torn", shard.journal().isTorn());
            out.writeStringField("fault", shard.journal().fault());
            out.writeEndObject();
            out.writeArrayFieldStart("snapshots");
            for (KeptShard.KeptSnapshot snapshot : shard.snapshots()) {
                write(out, snapshot);
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, KeptShard.KeptSnapshot snapshot) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", snapshot.name());
        out.writeNumberField("bytes", snapshot.lengthBytes());
        out.writeNumberField("basePosition", snapshot.basePosition());
        out.writeNumberField("endPosition", snapshot.endPosition());
        out.writeStringField("fault", snapshot.fault());
        out.writeEndObject();
    }
}
