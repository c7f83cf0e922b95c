package io.needletail.registry.view;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/** The immutable page of a region, validated once by {@link #validate} and then trusted. */
public final class RegionHeader {
    private final RegionLayout layout;
    private final long dataSetIdHigh;
    private final long dataSetIdLow;
    private final int shard;
    private final long secret0;
    private final long secret1;

    private RegionHeader(MemorySegment region, RegionLayout layout) {
        this.layout = layout;
        dataSetIdHigh = getLong(region, RegionLayout.DATA_SET_HIGH_OFFSET);
        dataSetIdLow = getLong(region, RegionLayout.DATA_SET_LOW_OFFSET);
        shard = getInt(region, RegionLayout.SHARD_OFFSET);
        secret0 = getLong(region, RegionLayout.SECRET_0_OFFSET);
        secret1 = getLong(region, RegionLayout.SECRET_1_OFFSET);
    }

    /** Total: any bytes of any length give exactly one answer, and no length found in them is trusted before it is checked. */
    public static RegionFault validate(MemorySegment region) {
        long lengthBytes = region.byteSize();
        if (lengthBytes < RegionLayout.BODY_OFFSET) {
            return RegionFault.TOO_SHORT;
        }
        RegionFault fault = validatePage(region);
        if (fault != RegionFault.NONE && fault != RegionFault.CAPACITIES && fault != RegionFault.OFFSETS) {
            return fault;
        }
        if (!isLengthOf(lengthBytes, getLong(region, RegionLayout.REGION_LENGTH_OFFSET))) {
            return RegionFault.LENGTH;
        }
        return fault;
    }

    /** The same of a header page alone: it may be of a region of any length. Total. */
    public static RegionFault validatePage(MemorySegment page) {
        if (page.byteSize() < RegionLayout.HEADER_LENGTH) {
            return RegionFault.TOO_SHORT;
        }
        if (getLong(page, RegionLayout.MAGIC_OFFSET) != RegionLayout.MAGIC) {
            return RegionFault.FOREIGN;
        }
        int format = getInt(page, RegionLayout.MIN_READER_FORMAT_OFFSET);
        if (format != RegionLayout.FORMAT) {
            return format < RegionLayout.FORMAT ? RegionFault.OLDER_FORMAT : RegionFault.NEWER_FORMAT;
        }
        boolean isWhole = getInt(page, RegionLayout.HEADER_CRC_OFFSET) == headerCrc(page);
        return isWhole ? validateCapacities(page) : RegionFault.HEADER_DAMAGED;
    }

    /** The header on a page for which {@link #validatePage} answered {@link RegionFault#NONE}. */
    public static RegionHeader ofPage(MemorySegment page) {
        RegionFault fault = validatePage(page);
        if (fault != RegionFault.NONE) {
            throw new IllegalArgumentException(fault + ": " + fault.what() + "; " + fault.remedy());
        }
        return new RegionHeader(page, new RegionLayout(sizing(page)));
    }

    /** Whether it is the header of the same region: made at one time, with the same capacities. */
    public boolean isSame(RegionHeader other) {
        return dataSetIdHigh == other.dataSetIdHigh
                && dataSetIdLow == other.dataSetIdLow
                && secret0 == other.secret0
                && secret1 == other.secret1
                && shard == other.shard
                && sizing().equals(other.sizing());
    }

    /** A file is as long as its region, or, in a file system of huge pages, as long as the pages that it takes. */
    private static boolean isLengthOf(long fileLength, long regionLength) {
        boolean isLength = fileLength == regionLength;
        boolean fits = regionLength > 0 && regionLength < fileLength;
        for (long page = RegionLayout.MIN_HUGE_PAGE; fits && page <= RegionLayout.MAX_HUGE_PAGE; page <<= 1) {
            isLength |= fileLength == ((regionLength + page - 1) & -page);
        }
        return isLength;
    }

    private static RegionFault validateCapacities(MemorySegment region) {
        int shard = getInt(region, RegionLayout.SHARD_OFFSET);
        boolean countable = getInt(region, RegionLayout.SLAB_CLASSES_OFFSET) == SlabLayout.CLASSES
                && getLong(region, RegionLayout.RING_SEGMENT_LENGTH_OFFSET) == RegionLayout.RING_SEGMENT_LENGTH
                && shard >= 0
                && shard <= Handle.MAX_SHARD;
        if (!countable || sizingFault(region) != null) {
            return RegionFault.CAPACITIES;
        }
        return offsetsFollow(region, new RegionLayout(sizing(region))) ? RegionFault.NONE : RegionFault.OFFSETS;
    }

    private static String sizingFault(MemorySegment region) {
        return RegionSizing.fault(
                getLong(region, RegionLayout.KEYED_SLOTS_OFFSET),
                getLong(region, RegionLayout.ANONYMOUS_SLOTS_OFFSET),
                getInt(region, RegionLayout.MAX_KEY_LENGTH_OFFSET),
                getInt(region, RegionLayout.MAX_VALUE_LENGTH_OFFSET),
                slabBlocks(region),
                getLong(region, RegionLayout.RING_LENGTH_OFFSET),
                retrySessions(region));
    }

    private static RegionSizing sizing(MemorySegment region) {
        return new RegionSizing(
                getLong(region, RegionLayout.KEYED_SLOTS_OFFSET),
                getLong(region, RegionLayout.ANONYMOUS_SLOTS_OFFSET),
                getInt(region, RegionLayout.MAX_KEY_LENGTH_OFFSET),
                getInt(region, RegionLayout.MAX_VALUE_LENGTH_OFFSET),
                slabBlocks(region),
                getLong(region, RegionLayout.RING_LENGTH_OFFSET),
                retrySessions(region));
    }

    private static boolean offsetsFollow(MemorySegment region, RegionLayout layout) {
        boolean follow = getLong(region, RegionLayout.RETRY_AREA_OFFSET) == layout.retryOffset()
                && getLong(region, RegionLayout.KEYED_AREA_OFFSET) == layout.keyedOffset()
                && getLong(region, RegionLayout.ANONYMOUS_AREA_OFFSET) == layout.anonymousOffset()
                && getLong(region, RegionLayout.DIRECTORY_BUCKETS_OFFSET) == layout.directoryBuckets()
                && getLong(region, RegionLayout.DIRECTORY_AREA_OFFSET) == layout.directoryOffset()
                && getLong(region, RegionLayout.SLAB_AREA_OFFSET) == layout.slabOffset(0)
                && getLong(region, RegionLayout.SLAB_LENGTH_OFFSET) == layout.slabLength()
                && getLong(region, RegionLayout.RING_AREA_OFFSET) == layout.ringOffset()
                && getLong(region, RegionLayout.REGION_LENGTH_OFFSET) == layout.regionLength();
        for (int i = 0; follow && i < SlabLayout.CLASSES; i++) {
            long entry = slabEntryOffset(i);
            follow = getLong(region, entry) == SlabLayout.blockLength(i)
                    && getLong(region, entry + 16) == layout.slabOffset(i);
        }
        return follow;
    }

    /** What does not fit is out of range whichever way it is cut. */
    private static int retrySessions(MemorySegment region) {
        return Math.clamp(getLong(region, RegionLayout.RETRY_SESSIONS_OFFSET), -1, Integer.MAX_VALUE);
    }

    private static long[] slabBlocks(MemorySegment region) {
        long[] blocks = new long[SlabLayout.CLASSES];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = getLong(region, slabEntryOffset(i) + 8);
        }
        return blocks;
    }

    public static long slabEntryOffset(int sizeClass) {
        return RegionLayout.SLAB_TABLE_OFFSET + (long) sizeClass * RegionLayout.SLAB_TABLE_ENTRY_LENGTH;
    }

    public static int headerCrc(MemorySegment region) {
        byte[] page = region.asSlice(0, RegionLayout.HEADER_CRC_OFFSET).toArray(ValueLayout.JAVA_BYTE);
        CRC32C crc = new CRC32C();
        crc.update(page);
        return (int) crc.getValue();
    }

    /** The header of a region for which {@link #validate} answered {@link RegionFault#NONE}. */
    public static RegionHeader of(MemorySegment region) {
        RegionFault fault = validate(region);
        if (fault != RegionFault.NONE) {
            throw new IllegalArgumentException(fault + ": " + fault.what() + "; " + fault.remedy());
        }
        return new RegionHeader(region, new RegionLayout(sizing(region)));
    }

    public RegionLayout layout() {
        return layout;
    }

    public RegionSizing sizing() {
        return layout.sizing();
    }

    public long dataSetIdHigh() {
        return dataSetIdHigh;
    }

    public long dataSetIdLow() {
        return dataSetIdLow;
    }

    public int shard() {
        return shard;
    }

    public long secret0() {
        return secret0;
    }

    public long secret1() {
        return secret1;
    }

    private static long getLong(MemorySegment region, long offset) {
        return region.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    }

    private static int getInt(MemorySegment region, long offset) {
        return region.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
    }
}
