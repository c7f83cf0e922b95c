package io.needletail.rdma;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Places of a peer's memory that one operation reads together, and where each goes: an array of {@code struct nt_read_part}. In which order they
 * are read nobody says. Made once and used again; for one thread.
 */
public final class ReadParts {
    /** More than any provider takes of one operation is of no use. */
    public static final int MOST = 8;

    private static final long LENGTH = FabricLayouts.READ_PART.byteSize();
    private static final long INTO = FabricLayouts.offset(FabricLayouts.READ_PART, "into");
    private static final long FROM = FabricLayouts.offset(FabricLayouts.READ_PART, "from");
    private static final long BYTES = FabricLayouts.offset(FabricLayouts.READ_PART, "length");

    private final MemorySegment parts = Arena.ofAuto().allocate(FabricLayouts.READ_PART, MOST);
    private int count;
    private long bytes;

    public void clear() {
        count = 0;
        bytes = 0;
    }

    /** Another one, at most {@value #MOST}; offsets into the memory that is read into, and into the peer's. */
    public void add(long intoOffset, long fromOffset, long length) {
        long at = count * LENGTH; // one too many is out of the segment's bounds
        parts.set(ValueLayout.JAVA_LONG, at + INTO, intoOffset);
        parts.set(ValueLayout.JAVA_LONG, at + FROM, fromOffset);
        parts.set(ValueLayout.JAVA_LONG, at + BYTES, length);
        count++;
        bytes += length;
    }

    public int count() {
        return count;
    }

    /** Of all together. */
    public long bytes() {
        return bytes;
    }

    long intoOffset(int part) {
        return parts.get(ValueLayout.JAVA_LONG, part * LENGTH + INTO);
    }

    long fromOffset(int part) {
        return parts.get(ValueLayout.JAVA_LONG, part * LENGTH + FROM);
    }

    long length(int part) {
        return parts.get(ValueLayout.JAVA_LONG, part * LENGTH + BYTES);
    }

    long address() {
        return parts.address();
    }
}
