package io.needletail.audit;

import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RecordLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;

/** Appends to the trail of one shard. A document stands or does not stand in the queue's file; nothing is forced. For one thread. */
final class TrailWriter implements AutoCloseable {
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final int shard;
    private final long dataSet;

    TrailWriter(Path folder, int shard, long dataSet) throws IOException {
        PrivateFiles.createFolder(folder);
        queue = Trail.open(folder, false);
        appender = queue.createAppender();
        this.shard = shard;
        this.dataSet = dataSet;
    }

    /** @param key known from the record or from the entry; empty when neither has it any more */
    void change(int operation, Key key, Entry entry, boolean hasValue, long timeNs) {
        try (DocumentContext document = appender.writingDocument()) {
            Wire wire = document.wire();
            begin(wire, TrailEntry.Kind.CHANGE, entry.version(), timeNs, RecordLayout.operationName(operation));
            wire.write(Trail.HANDLE).int64(entry.handle());
            if (key.length() > 0) {
                write(wire, Trail.KEY, key);
            }
            if (hasValue) {
                write(wire, Trail.VALUE, entry.value());
            }
        }
    }

    private static void write(Wire wire, String field, Bytes bytes) {
        wire.write(field).bytes(bytes.toByteArray());
    }

    /** Says that changes before this are not in the trail, or that it begins. */
    void note(TrailEntry.Kind kind, long version, long timeNs, String why) {
        try (DocumentContext document = appender.writingDocument()) {
            begin(document.wire(), kind, version, timeNs, why);
        }
    }

    private void begin(Wire wire, TrailEntry.Kind kind, long version, long timeNs, String operation) {
        wire.write(Trail.KIND).text(kind.name().toLowerCase(Locale.ROOT));
        wire.write(Trail.SHARD).int32(shard);
        wire.write(Trail.DATA_SET).int64(dataSet);
        wire.write(Trail.VERSION).int64(version);
        wire.write(Trail.TIME).int64(timeNs);
        wire.write(Trail.OPERATION).text(operation);
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
    }
}
