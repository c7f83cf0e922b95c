package io.needletail.engine;

import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordChain;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RingLayout;

/** Checks the headers of a log's segments, wherever their bytes lie: in the ring, or in a file that a journal keeps of it. */
public final class SegmentHeaders {
    private final RegionHeader region;

    /** Of the log of the region with this header. */
    public SegmentHeaders(RegionHeader region) {
        this.region = region;
    }

    /** Whether the bytes at an address are the header of the segment at this position, of an epoch up to this one. Total. */
    public boolean isOpen(long at, long basePosition, long maxEpoch) {
        assert RingLayout.baseOf(basePosition) == basePosition : "basePosition=" + basePosition;
        long epoch = epoch(at);
        return Loads.getLong(at + RingLayout.SEAL_OFFSET) == sealOf(at)
                && Loads.getLong(at) == RingLayout.MAGIC
                && Loads.getLong(at + 8) == formatAndShard()
                && Loads.getLong(at + 16) == region.dataSetIdHigh()
                && Loads.getLong(at + 24) == region.dataSetIdLow()
                && Loads.getLong(at + RingLayout.BASE_OFFSET) == basePosition
                && epoch >= 1
                && epoch <= maxEpoch;
    }

    public static long epoch(long at) {
        return Loads.getLong(at + RingLayout.EPOCH_OFFSET);
    }

    /** The chain before the segment's first record. */
    public static long chain(long at) {
        return Loads.getLong(at + RingLayout.CHAIN_OFFSET);
    }

    long formatAndShard() {
        return RegionLayout.FORMAT | ((long) region.shard() << 32);
    }

    static long sealOf(long at) {
        long seal = RecordChain.next(
                Loads.getLong(at),
                Loads.getLong(at + 8),
                Loads.getLong(at + 16),
                Loads.getLong(at + 24),
                Loads.getLong(at + RingLayout.EPOCH_OFFSET),
                Loads.getLong(at + RingLayout.BASE_OFFSET));
        return RecordChain.next(seal, Loads.getLong(at + RingLayout.CHAIN_OFFSET), 0, 0, 0, 0);
    }
}
