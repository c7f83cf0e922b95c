package io.needletail.audit;

import io.needletail.server.ApplianceFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * Where the trail is and how its documents look: a Chronicle Queue a shard in {@code DIR/audit/shard-N}, a file a day (UTC), one
 * self-describing document a change. Written by one process, read by any number of them, ours or others'.
 *
 * <pre>
 *   field       type    in
 *   kind        text    all     begin, change or gap
 *   shard       int32   all
 *   dataSet     int64   all     of the region; another one after start --fresh
 *   version     int64   all     of the change: unique and rising in its shard
 *   timeNs      int64   all     engine time, ns since 1970
 *   operation   text    all     insert, update, delete, allocate, free, expire, clear, touch; or a reason
 *   handle      int64   change
 *   key         bytes   change  where it is known
 *   value       bytes   change  where there is one after the change
 * </pre>
 */
final class Trail {
    static final String KIND = "kind";
    static final String SHARD = "shard";
    static final String DATA_SET = "dataSet";
    static final String VERSION = "version";
    static final String TIME = "timeNs";
    static final String OPERATION = "operation";
    static final String HANDLE = "handle";
    static final String KEY = "key";
    static final String VALUE = "value";

    /** Address space that a file is mapped by; a document is at most a quarter of it. */
    private static final int BLOCK = 16 << 20;

    private Trail() {}

    static Path folder(Path dir, int shard) {
        return ApplianceFolder.auditFolder(dir).resolve("shard-" + shard);
    }

    /** The folders of an appliance's shards that have a trail. */
    static List<Path> folders(Path dir) {
        List<Path> folders = new ArrayList<>();
        while (Files.isDirectory(folder(dir, folders.size()))) {
            folders.add(folder(dir, folders.size()));
        }
        return folders;
    }

    static ChronicleQueue open(Path folder, boolean readOnly) throws IOException {
        return SingleChronicleQueueBuilder.binary(folder.toFile())
                .rollCycle(RollCycles.FAST_DAILY)
                .blockSize(BLOCK)
                .readOnly(readOnly)
                .build();
    }
}
