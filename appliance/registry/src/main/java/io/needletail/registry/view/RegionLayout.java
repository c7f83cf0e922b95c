package io.needletail.registry.view;

/**
 * Where everything stands in a region file; the byte-exact description is {@code appliance/registry/spec/region.md}.
 *
 * <pre>
 *      0  header page, immutable, CRC32C in its last 4 bytes
 *   4096  live lines, 128 bytes apart, so that no two share a line or the line that is prefetched beside it
 *           0 state | epoch, its first version, its time    3, 4, 5 journaled, synced, persistent
 *           1 lease until, left, seal, as of                    6 - 13  mirrored by 1 to 8
 *           2 applied position                              14      group sequence
 *                                                           16 - 23 consumers of the ring
 *                                                           24, 25  redo, in two copies: see {@link RedoLayout}
 *   8192  retry table | keyed slots | anonymous slots | directory | slab, class by class | mutation ring
 * </pre>
 *
 * Each area starts on a page. Live lines are written by the owner with release and read with acquire, except a consumer's
 * position, which the consumer writes with release and the owner reads with acquire.
 */
public final class RegionLayout {
    /** "NEEDLETL" as little-endian bytes. */
    public static final long MAGIC = 0x4C54454C4445454EL;

    public static final int FORMAT = 2;
    public static final int HEADER_LENGTH = 4096;

    public static final int MAGIC_OFFSET = 0;
    public static final int FORMAT_OFFSET = 8;
    public static final int MIN_READER_FORMAT_OFFSET = 12;
    public static final int DATA_SET_HIGH_OFFSET = 16;
    public static final int DATA_SET_LOW_OFFSET = 24;
    public static final int SHARD_OFFSET = 32;
    public static final int SLAB_CLASSES_OFFSET = 36;
    public static final int REGION_LENGTH_OFFSET = 40;
    public static final int KEYED_SLOTS_OFFSET = 48;
    public static final int ANONYMOUS_SLOTS_OFFSET = 56;
    public static final int KEYED_AREA_OFFSET = 64;
    public static final int ANONYMOUS_AREA_OFFSET = 72;
    public static final int DIRECTORY_BUCKETS_OFFSET = 80;
    public static final int DIRECTORY_AREA_OFFSET = 88;
    public static final int SLAB_AREA_OFFSET = 96;
    public static final int SLAB_LENGTH_OFFSET = 104;
    public static final int RING_AREA_OFFSET = 112;
    public static final int RING_LENGTH_OFFSET = 120;
    public static final int RING_SEGMENT_LENGTH_OFFSET = 128;
    public static final int MAX_KEY_LENGTH_OFFSET = 136;
    public static final int MAX_VALUE_LENGTH_OFFSET = 140;
    public static final int SECRET_0_OFFSET = 144;
    public static final int SECRET_1_OFFSET = 152;
    public static final int RETRY_AREA_OFFSET = 160;
    public static final int RETRY_SESSIONS_OFFSET = 168;
    public static final int SLAB_TABLE_OFFSET = 256;
    /** block length:8 | block count:8 | area offset:8 */
    public static final int SLAB_TABLE_ENTRY_LENGTH = 24;

    public static final int HEADER_CRC_OFFSET = HEADER_LENGTH - 4;

    public static final int LIVE_OFFSET = HEADER_LENGTH;
    public static final int LIVE_LINE_LENGTH = 128;
    public static final int STATE_OFFSET = LIVE_OFFSET;
    public static final int EPOCH_FIRST_VERSION_OFFSET = STATE_OFFSET + 8;
    public static final int ENGINE_TIME_OFFSET = STATE_OFFSET + 16;
    public static final int LEASE_OFFSET = LIVE_OFFSET + LIVE_LINE_LENGTH;
    /** What was left of the lease when it was written, and {@link LeaseSeal}: for readers whose clock is another. */
    public static final int LEASE_LEFT_OFFSET = LEASE_OFFSET + 8;

    public static final int LEASE_SEAL_OFFSET = LEASE_OFFSET + 16;
    /** Of a mirror: every change that its primary had made by then is in the region; else 0. */
    public static final int AS_OF_OFFSET = LEASE_OFFSET + 24;

    public static final int APPLIED_POSITION_OFFSET = LIVE_OFFSET + 2 * LIVE_LINE_LENGTH;
    /** The sequence up to which a level has come; the level's number times a line further. */
    private static final int LEVELS_OFFSET = LIVE_OFFSET + 2 * LIVE_LINE_LENGTH;
    /** Odd while a group of changes is being applied: a reader of several entries compares it before and after. */
    public static final int GROUP_SEQUENCE_OFFSET = LIVE_OFFSET + 14 * LIVE_LINE_LENGTH;

    public static final int CONSUMERS_OFFSET = LIVE_OFFSET + 16 * LIVE_LINE_LENGTH;
    public static final int MAX_CONSUMERS = 8;
    /** Of the first copy; the other stands a live line further. */
    public static final int REDO_OFFSET = LIVE_OFFSET + 24 * LIVE_LINE_LENGTH;

    public static final int BODY_OFFSET = LIVE_OFFSET + 32 * LIVE_LINE_LENGTH;

    public static final int PAGE_LENGTH = 4096;
    /** Of any machine; where pages are huge a region's file ends with a whole one. */
    public static final long MIN_HUGE_PAGE = 64L << 10;

    public static final long MAX_HUGE_PAGE = 16L << 30;

    public static final int RING_SEGMENT_LENGTH = 2 << 20;
    public static final int BUCKET_LANES = 8;
    public static final int BUCKET_LENGTH = BUCKET_LANES * 8;

    private final RegionSizing sizing;
    private final long keyedOffset;
    private final long directoryBuckets;
    private final long anonymousOffset;
    private final long directoryOffset;
    private final long[] slabOffsets = new long[SlabLayout.CLASSES];
    private final long slabLength;
    private final long ringOffset;
    private final long regionLength;

    public RegionLayout(RegionSizing sizing) {
        this.sizing = sizing;
        keyedOffset = BODY_OFFSET + pages((long) sizing.retrySessions() * RetryLayout.ENTRY_LENGTH);
        long at = keyedOffset + pages(sizing.keyedSlots() * SlotLayout.KEYED_LENGTH);
        anonymousOffset = at;
        at += pages(sizing.anonymousSlots() * SlotLayout.ANONYMOUS_LENGTH);
        directoryOffset = at;
        directoryBuckets = bucketsFor(sizing.keyedSlots());
        at += pages(directoryBuckets * BUCKET_LENGTH);
        long slabStart = at;
        long[] blocks = sizing.slabBlocks();
        for (int i = 0; i < SlabLayout.CLASSES; i++) {
            slabOffsets[i] = at;
            at += pages(blocks[i] * SlabLayout.blockLength(i));
        }
        slabLength = at - slabStart;
        ringOffset = at;
        regionLength = at + sizing.ringLength();
    }

    /** Every slot can have its lane at a load of 0.85, and two buckets are always distinct places to look. */
    private static long bucketsFor(long keyedSlots) {
        return Math.max(2, (keyedSlots * 20 + BUCKET_LANES * 17 - 1) / (BUCKET_LANES * 17));
    }

    private static long pages(long lengthBytes) {
        return (lengthBytes + PAGE_LENGTH - 1) / PAGE_LENGTH * PAGE_LENGTH;
    }

    /** Where the header says how far a level above {@link Level#MEMORY} has come. */
    public static int levelOffset(int level) {
        assert level > Level.MEMORY && level < Level.COUNT : "level=" + level;
        return LEVELS_OFFSET + level * LIVE_LINE_LENGTH;
    }

    public RegionSizing sizing() {
        return sizing;
    }

    public long keyedOffset() {
        return keyedOffset;
    }

    public long retryOffset() {
        return BODY_OFFSET;
    }

    public long anonymousOffset() {
        return anonymousOffset;
    }

    public long directoryBuckets() {
        return directoryBuckets;
    }

    public long directoryOffset() {
        return directoryOffset;
    }

    public long slabOffset(int sizeClass) {
        return slabOffsets[sizeClass];
    }

    public long slabLength() {
        return slabLength;
    }

    public long ringOffset() {
        return ringOffset;
    }

    public long regionLength() {
        return regionLength;
    }
}
