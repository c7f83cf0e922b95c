package io.needletail.client.remote;

import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.SlotLayout;

/**
 * This side's memory of a remote reader, which it reads into.
 *
 * <pre>
 *     0  header page of the region, once
 *  4096  the region's live lines, 0 to 14, as the last read found them
 *  8192  a slot each for the entries of a batch, 64 bytes apart, then a block each for their long values
 * </pre>
 */
final class RemoteLayout {
    /** Entries that are asked for together. */
    static final int BATCH = 16;

    static final int HEADER_OFFSET = 0;
    static final int LIVE_OFFSET = RegionLayout.HEADER_LENGTH;
    /** State, epoch and lease: all that a read at level MEMORY asks for. */
    static final int SHORT_LIVE_LENGTH = RegionLayout.AS_OF_OFFSET + Long.BYTES - RegionLayout.LIVE_OFFSET;
    /** Up to the highest level's line. */
    static final int LIVE_LENGTH = RegionLayout.GROUP_SEQUENCE_OFFSET + Long.BYTES - RegionLayout.LIVE_OFFSET;

    static final int SLOTS_OFFSET = LIVE_OFFSET + RegionLayout.PAGE_LENGTH;
    static final int BLOCKS_OFFSET = SLOTS_OFFSET + BATCH * SlotLayout.KEYED_LENGTH;
    /** Of all blocks together: beyond it long values are read one after the other. */
    private static final long MOST_BLOCK_BYTES = 4L << 20;

    private RemoteLayout() {}

    /** Blocks that there is room for. */
    static int blocks(int blockLength) {
        return Math.clamp(MOST_BLOCK_BYTES / Math.max(1, blockLength), 1, BATCH);
    }

    static long length(int blockLength) {
        return BLOCKS_OFFSET + (long) blocks(blockLength) * blockLength;
    }

    static int slotOffset(int place) {
        assert place >= 0 && place < BATCH : "place=" + place;
        return SLOTS_OFFSET + place * SlotLayout.KEYED_LENGTH;
    }

    static long blockOffset(int place, int blockLength) {
        assert place >= 0 && place < blocks(blockLength) : "place=" + place;
        return BLOCKS_OFFSET + (long) place * blockLength;
    }
}
