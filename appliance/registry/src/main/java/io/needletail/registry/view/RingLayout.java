package io.needletail.registry.view;

/**
 * The header that opens every segment of the mutation ring. What all records of a segment share stands here once.
 *
 * <pre>
 *   +0 magic:8   +8 format:4 | shard:4   +16 data-set id:16   +32 epoch:8
 *  +40 base position:8   +48 chain before the first record:8   +56 seal of the words before:8, stored last with release
 * </pre>
 *
 * The base position tells a segment from the one that stood in its place a lap before. It is stored before the first record of
 * the new lap, with a storeStore fence between: a reader that copies a record, fences its loads and then finds the base it
 * expected has copied nothing of a later lap.
 */
public final class RingLayout {
    public static final int HEADER_LENGTH = RecordLayout.LINE_LENGTH;
    public static final int SEGMENT_LENGTH = RegionLayout.RING_SEGMENT_LENGTH;
    /** "NDLRING1" as little-endian bytes. */
    public static final long MAGIC = 0x31474E49524C444EL;

    public static final int EPOCH_OFFSET = 32;
    public static final int BASE_OFFSET = 40;
    public static final int CHAIN_OFFSET = 48;
    public static final int SEAL_OFFSET = 56;

    private RingLayout() {}

    /** Where the segment of a position begins. */
    public static long baseOf(long position) {
        return position & -SEGMENT_LENGTH;
    }
}
