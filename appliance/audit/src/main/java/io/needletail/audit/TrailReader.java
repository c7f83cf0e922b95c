package io.needletail.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.TailerDirection;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.ValueIn;
import net.openhft.chronicle.wire.Wire;

/** Reads the trail of one shard from its beginning on, also while it is written. For one thread. */
final class TrailReader implements AutoCloseable {
    private final ChronicleQueue queue;
    private final ExcerptTailer tailer;
    private final StringBuilder name = new StringBuilder();

    TrailReader(Path folder) throws IOException {
        queue = Trail.open(folder, true);
        tailer = queue.createTailer();
    }

    /** The next one, or null when there is none yet. */
    TrailEntry next() {
        try (DocumentContext document = tailer.readingDocument()) {
            return document.isPresent() ? read(document.wire()) : null;
        }
    }

    /** Goes to where only so many are left to be read; what is written behind them comes then. */
    void toLast(int count) {
        tailer.direction(TailerDirection.BACKWARD).toEnd();
        long index = -1;
        for (int i = 0; i < count; i++) {
            try (DocumentContext document = tailer.readingDocument()) {
                if (!document.isPresent()) {
                    break;
                }
                index = document.index();
            }
        }
        tailer.direction(TailerDirection.FORWARD);
        if (index == -1) {
            tailer.toStart();
        } else {
            tailer.moveToIndex(index);
        }
    }

    /** Field by field as they come: those that a document has not are looked for by nobody. */
    private TrailEntry read(Wire wire) {
        Fields fields = new Fields();
        while (wire.hasMore()) {
            fields.take(name, wire.read(name));
        }
        return fields.entry();
    }

    /** What was read of a document so far. */
    private static final class Fields {
        private TrailEntry.Kind kind;
        private int shard;
        private long dataSet;
        private long version;
        private long timeNs;
        private String operation;
        private long handle;
        private byte[] key;
        private byte[] value;

        void take(StringBuilder name, ValueIn in) {
            switch (name.toString()) {
                case Trail.KIND -> kind = TrailEntry.Kind.valueOf(in.text().toUpperCase(Locale.ROOT));
                case Trail.SHARD -> shard = in.int32();
                case Trail.DATA_SET -> dataSet = in.int64();
                case Trail.VERSION -> version = in.int64();
                case Trail.TIME -> timeNs = in.int64();
                case Trail.OPERATION -> operation = in.text();
                case Trail.HANDLE -> handle = in.int64();
                case Trail.KEY -> key = in.bytes();
                case Trail.VALUE -> value = in.bytes();
                default -> in.skipValue(); // of a later version
            }
        }

        TrailEntry entry() {
            return new TrailEntry(kind, shard, dataSet, version, timeNs, operation, handle, key, value);
        }
    }

    @Override
    public void close() {
        tailer.close();
        queue.close();
    }
}
