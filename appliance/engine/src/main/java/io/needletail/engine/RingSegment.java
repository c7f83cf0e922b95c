package io.needletail.engine;

import io.needletail.registry.Registry;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;

/**
 * The header that opens every segment of the ring. What all records of a segment share stands here once.
 *
 * <pre>
 *   +0 magic:8   +8 format:4 | shard:4   +16 data-set id:16   +32 epoch:8
 *  +40 base position:8   +48 chain before the first record:8   +56 seal of the words before:8, stored last with release
 * </pre>
 */
final class RingSegment {
    static final int HEADER_LENGTH = RecordLayout.LINE_LENGTH;
    static final int LENGTH = RegionLayout.RING_SEGMENT_LENGTH;
    /** "NDLRING1" as little-endian bytes. */
    static final long MAGIC = 0x31474E49524C444EL;

    private static final int EPOCH_OFFSET = 32;
    private static final int BASE_OFFSET = 40;
    private static final int CHAIN_OFFSET = 48;
    private static final int SEAL_OFFSET = 56;

    private final long ringAddress;
    private final long ringMask;
    private final RegionHeader region;

    RingSegment(Registry registry) {
        region = registry.header();
        ringAddress = registry.ringAddress();
        ringMask = region.sizing().ringLength() - 1;
    }

    static long baseOf(long position) {
        return position & -LENGTH;
    }

    long address(long position) {
        assert position >= 0 : "position=" + position;
        return ringAddress + (position & ringMask);
    }

    void write(long basePosition, long epoch, long chain) {
        assert baseOf(basePosition) == basePosition : "basePosition=" + basePosition;
        long at = address(basePosition);
        Stores.putLong(at, MAGIC);
        Stores.putLong(at + 8, formatAndShard());
        Stores.putLong(at + 16, region.dataSetIdHigh());
        Stores.putLong(at + 24, region.dataSetIdLow());
        Stores.putLong(at + EPOCH_OFFSET, epoch);
        Stores.putLong(at + BASE_OFFSET, basePosition);
        Stores.putLong(at + CHAIN_OFFSET, chain);
        Stores.putLongRelease(at + SEAL_OFFSET, sealOf(at));
    }

    /** Whether the segment at this position was opened for it, in this data set, no later than {@code maxEpoch}. */
    boolean isOpen(long basePosition, long maxEpoch) {
        assert baseOf(basePosition) == basePosition : "basePosition=" + basePosition;
        long at = address(basePosition);
        long epoch = Loads.getLong(at + EPOCH_OFFSET);
        return Loads.getLong(at + SEAL_OFFSET) == sealOf(at)
                && Loads.getLong(at) == MAGIC
                && Loads.getLong(at + 8) == formatAndShard()
                && Loads.getLong(at + 16) == region.dataSetIdHigh()
                && Loads.getLong(at + 24) == region.dataSetIdLow()
                && Loads.getLong(at + BASE_OFFSET) == basePosition
                && epoch >= 1
                && epoch <= maxEpoch;
    }

    long epoch(long basePosition) {
        return Loads.getLong(address(basePosition) + EPOCH_OFFSET);
    }

    long chain(long basePosition) {
        return Loads.getLong(address(basePosition) + CHAIN_OFFSET);
    }

    private long formatAndShard() {
        return RegionLayout.FORMAT | ((long) region.shard() << 32);
    }

    private static long sealOf(long at) {
        long seal = RecordChain.next(
                Loads.getLong(at),
                Loads.getLong(at + 8),
                Loads.getLong(at + 16),
                Loads.getLong(at + 24),
                Loads.getLong(at + EPOCH_OFFSET),
                Loads.getLong(at + BASE_OFFSET));
        return RecordChain.next(seal, Loads.getLong(at + CHAIN_OFFSET), 0, 0, 0, 0);
    }
}
