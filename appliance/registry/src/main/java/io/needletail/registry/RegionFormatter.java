package io.needletail.registry;

import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.SlabLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes the header of a new region into zeroed memory; everything else of a new region is zeros. */
public final class RegionFormatter {
    private RegionFormatter() {}

    /**
     * What makes this region this one: the caller draws identity and secret, the engine has no randomness.
     *
     * @param epochBefore the first start's epoch is one more; a region that replaces another must not repeat its epochs
     */
    public record Identity(
            long dataSetIdHigh, long dataSetIdLow, int shard, long secret0, long secret1, long epochBefore) {}

    public static long lengthBytes(RegionSizing sizing) {
        return new RegionLayout(sizing).regionLength();
    }

    public static void format(MemorySegment region, RegionSizing sizing, Identity identity) {
        RegionLayout layout = new RegionLayout(sizing);
        if (region.byteSize() != layout.regionLength()) {
            throw new IllegalArgumentException("length=" + region.byteSize() + " expected=" + layout.regionLength());
        }
        putIdentity(region, identity);
        putCapacities(region, sizing);
        putOffsets(region, layout);
        putInt(region, RegionLayout.HEADER_CRC_OFFSET, RegionHeader.headerCrc(region));
    }

    /** Gives zeroed memory the header of a region that is lost, for its log to be applied to. */
    public static void formatAgain(MemorySegment region, MemorySegment headerPage, long epochBefore) {
        region.asSlice(0, RegionLayout.HEADER_LENGTH).copyFrom(headerPage.asSlice(0, RegionLayout.HEADER_LENGTH));
        putLong(region, RegionLayout.STATE_OFFSET, RegionState.of(RegionState.NEW, epochBefore));
    }

    private static void putIdentity(MemorySegment region, Identity identity) {
        putLong(region, RegionLayout.MAGIC_OFFSET, RegionLayout.MAGIC);
        putInt(region, RegionLayout.FORMAT_OFFSET, RegionLayout.FORMAT);
        putInt(region, RegionLayout.MIN_READER_FORMAT_OFFSET, RegionLayout.FORMAT);
        putLong(region, RegionLayout.DATA_SET_HIGH_OFFSET, identity.dataSetIdHigh());
        putLong(region, RegionLayout.DATA_SET_LOW_OFFSET, identity.dataSetIdLow());
        putInt(region, RegionLayout.SHARD_OFFSET, identity.shard());
        putLong(region, RegionLayout.SECRET_0_OFFSET, identity.secret0());
        putLong(region, RegionLayout.SECRET_1_OFFSET, identity.secret1());
        putLong(region, RegionLayout.STATE_OFFSET, RegionState.of(RegionState.NEW, identity.epochBefore()));
    }

    private static void putCapacities(MemorySegment region, RegionSizing sizing) {
        putLong(region, RegionLayout.KEYED_SLOTS_OFFSET, sizing.keyedSlots());
        putLong(region, RegionLayout.ANONYMOUS_SLOTS_OFFSET, sizing.anonymousSlots());
        putInt(region, RegionLayout.MAX_KEY_LENGTH_OFFSET, sizing.maxKeyLength());
        putInt(region, RegionLayout.MAX_VALUE_LENGTH_OFFSET, sizing.maxValueLength());
        putInt(region, RegionLayout.SLAB_CLASSES_OFFSET, SlabLayout.CLASSES);
        putLong(region, RegionLayout.RETRY_SESSIONS_OFFSET, sizing.retrySessions());
        putLong(region, RegionLayout.RING_LENGTH_OFFSET, sizing.ringLength());
        putLong(region, RegionLayout.RING_SEGMENT_LENGTH_OFFSET, RegionLayout.RING_SEGMENT_LENGTH);
    }

    private static void putOffsets(MemorySegment region, RegionLayout layout) {
        putLong(region, RegionLayout.REGION_LENGTH_OFFSET, layout.regionLength());
        putLong(region, RegionLayout.RETRY_AREA_OFFSET, layout.retryOffset());
        putLong(region, RegionLayout.KEYED_AREA_OFFSET, layout.keyedOffset());
        putLong(region, RegionLayout.ANONYMOUS_AREA_OFFSET, layout.anonymousOffset());
        putLong(region, RegionLayout.DIRECTORY_BUCKETS_OFFSET, layout.directoryBuckets());
        putLong(region, RegionLayout.DIRECTORY_AREA_OFFSET, layout.directoryOffset());
        putLong(region, RegionLayout.SLAB_AREA_OFFSET, layout.slabOffset(0));
        putLong(region, RegionLayout.SLAB_LENGTH_OFFSET, layout.slabLength());
        putLong(region, RegionLayout.RING_AREA_OFFSET, layout.ringOffset());
        long[] blocks = layout.sizing().slabBlocks();
        for (int i = 0; i < SlabLayout.CLASSES; i++) {
            long entry = RegionHeader.slabEntryOffset(i);
            putLong(region, entry, SlabLayout.blockLength(i));
            putLong(region, entry + 8, blocks[i]);
            putLong(region, entry + 16, layout.slabOffset(i));
        }
    }

    private static void putLong(MemorySegment region, long offset, long value) {
        region.set(ValueLayout.JAVA_LONG, offset, value);
    }

    private static void putInt(MemorySegment region, long offset, int value) {
        region.set(ValueLayout.JAVA_INT, offset, value);
    }
}
