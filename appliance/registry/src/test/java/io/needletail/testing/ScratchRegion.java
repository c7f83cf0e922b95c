package io.needletail.testing;

import io.needletail.registry.RegionFormatter;
import io.needletail.registry.view.RegionSizing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A formatted region in plain memory, for tests that need no file. */
public final class ScratchRegion implements AutoCloseable {
    private static final long PAGE = 4096;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    public ScratchRegion(RegionSizing sizing, long seed) {
        this(sizing, seed, 0);
    }

    public ScratchRegion(RegionSizing sizing, long seed, int shard) {
        segment = arena.allocate(RegionFormatter.lengthBytes(sizing), PAGE);
        RegionFormatter.format(
                segment,
                sizing,
                new RegionFormatter.Identity(
                        seed, ~seed, shard, seed * 0x9E37_79B9_7F4A_7C15L, seed ^ 0x5DEE_CE66DL, 0));
    }

    /** A few thousand slots and blocks, the smallest ring. */
    public static RegionSizing small() {
        return sizing(1024, 128, 1L << 20);
    }

    public static RegionSizing sizing(long keyedSlots, long anonymousSlots, long slabBytes) {
        return new RegionSizing(
                keyedSlots,
                anonymousSlots,
                1024,
                7040,
                RegionSizing.evenSlab(slabBytes, 7040),
                RegionSizing.MIN_RING_LENGTH);
    }

    public MemorySegment segment() {
        return segment;
    }

    /** A copy of the bytes, as a crash leaves them for the next process. */
    public MemorySegment copyInto(Arena target) {
        MemorySegment copy = target.allocate(segment.byteSize(), PAGE);
        copy.copyFrom(segment);
        return copy;
    }

    @Override
    public void close() {
        arena.close();
    }
}
