package io.needletail.pmem;

import io.needletail.memory.LineWriteBack;
import io.needletail.memory.MappedFile;
import io.needletail.memory.SyncMapping;
import java.io.IOException;

/**
 * Where a region can be persistent: on a DAX file system, or, for trying it out, anywhere, which is emulated and never called durable.
 */
public final class PersistentPlace {
    private final boolean isEmulated;
    private final LineWriteBack instruction;

    private PersistentPlace(boolean isEmulated, LineWriteBack instruction) {
        this.isEmulated = isEmulated;
        this.instruction = instruction;
    }

    /** Files are mapped with MAP_SYNC, which the kernel refuses where they are not on DAX. */
    public static PersistentPlace dax() throws IOException {
        return new PersistentPlace(false, best());
    }

    /** The same instructions on whatever the file is on: page cache or shared memory. */
    public static PersistentPlace emulated() throws IOException {
        return new PersistentPlace(true, best());
    }

    private static LineWriteBack best() throws IOException {
        return LineWriteBack.best()
                .orElseThrow(() ->
                        new IOException("lines cannot be written back: this processor has no instruction for it, or"
                                + " the native library is missing"));
    }

    public MappedFile.Mapping mapping() {
        return isEmulated ? MappedFile.Mapping.PLAIN : SyncMapping::map;
    }

    public PersistentMemory memory() {
        return new WrittenBack(instruction, isEmulated);
    }

    public boolean isEmulated() {
        return isEmulated;
    }

    /** For people: what it is, and how lines get there. */
    public String describe() {
        return isEmulated
                ? "EMULATED persistent memory (" + instruction + " + fence): no power loss is survived"
                : "persistent memory on DAX (MAP_SYNC, " + instruction + " + fence)";
    }
}
