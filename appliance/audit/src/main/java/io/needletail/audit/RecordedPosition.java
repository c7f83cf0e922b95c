package io.needletail.audit;

import io.needletail.memory.MappedFile;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How far a recorder has come in its shard's ring, in a file beside the trail: versions alone do not say whether something is missing
 * between two of them, because every epoch begins with a new range.
 *
 * <pre>
 *   +0   data set
 *   +8   version of the last change that was recorded
 *  +16   position in the ring before which everything is recorded
 * </pre>
 *
 * The documents are written first, then the version, then the position, so that after a kill the file is behind the trail and never
 * before it. Only a loss of power, which neither survives for sure, can leave it before the trail; {@link #isOf} finds that out.
 */
final class RecordedPosition implements AutoCloseable {
    private static final String NAME = "recorded";
    private static final int VERSION_OFFSET = 8;
    private static final int POSITION_OFFSET = 16;
    private static final int LENGTH = 24;

    private final MappedFile file;

    RecordedPosition(Path folder) throws IOException {
        Path path = folder.resolve(NAME);
        if (!Files.exists(path)) {
            MappedFile.create(path, LENGTH).close();
        }
        file = MappedFile.openOwnedForAWhile(path);
        if (file.lengthBytes() < LENGTH) {
            file.close();
            throw new IOException(path + " is damaged; remove it, and the trail has a gap");
        }
    }

    private long address() {
        return file.segment().address();
    }

    /** Whether it speaks of this data set, and of nothing behind the last document of the trail. */
    boolean isOf(long dataSet, long lastVersion) {
        return Loads.getLong(address()) == dataSet && Loads.getLong(address() + VERSION_OFFSET) <= lastVersion;
    }

    long position() {
        return Loads.getLong(address() + POSITION_OFFSET);
    }

    void begin(long dataSet) {
        Stores.putLong(address() + POSITION_OFFSET, 0);
        Stores.putLong(address() + VERSION_OFFSET, 0);
        Stores.putLong(address(), dataSet);
    }

    void moveTo(long version, long position) {
        Stores.putLong(address() + VERSION_OFFSET, version);
        Stores.putLongRelease(address() + POSITION_OFFSET, position);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
