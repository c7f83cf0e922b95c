package io.needletail.engine;

import io.needletail.registry.Registry;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Addresses;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RingLayout;
import java.lang.invoke.VarHandle;

/** Writes and checks the headers of the ring's segments, see {@link RingLayout}. */
final class RingSegment {
    static final int HEADER_LENGTH = RingLayout.HEADER_LENGTH;
    static final int LENGTH = RingLayout.SEGMENT_LENGTH;

    private final long ringUnits;
    private final long ringMask;
    private final RegionHeader region;
    private final SegmentHeaders headers;

    RingSegment(Registry registry) {
        region = registry.header();
        headers = new SegmentHeaders(region);
        ringUnits = Addresses.units(registry.ringAddress());
        ringMask = region.sizing().ringLength() - 1;
    }

    static long baseOf(long position) {
        return RingLayout.baseOf(position);
    }

    long address(long position) {
        assert position >= 0 && position % Addresses.UNIT == 0 : "position=" + position;
        return Addresses.of(ringUnits + Addresses.unitsIn(position & ringMask));
    }

    void write(long basePosition, long epoch, long chain) {
        assert baseOf(basePosition) == basePosition : "basePosition=" + basePosition;
        long at = address(basePosition);
        Stores.putLong(at, RingLayout.MAGIC);
        Stores.putLong(at + 8, headers.formatAndShard());
        Stores.putLong(at + 16, region.dataSetIdHigh());
        Stores.putLong(at + 24, region.dataSetIdLow());
        Stores.putLong(at + RingLayout.EPOCH_OFFSET, epoch);
        Stores.putLong(at + RingLayout.BASE_OFFSET, basePosition);
        Stores.putLong(at + RingLayout.CHAIN_OFFSET, chain);
        Stores.putLongRelease(at + RingLayout.SEAL_OFFSET, SegmentHeaders.sealOf(at));
        VarHandle.storeStoreFence(); // before the first record of the new lap, see RingLayout
    }

    /** Whether the segment at this position was opened for it, in this data set, no later than {@code maxEpoch}. */
    boolean isOpen(long basePosition, long maxEpoch) {
        return headers.isOpen(address(basePosition), basePosition, maxEpoch);
    }

    long epoch(long basePosition) {
        return SegmentHeaders.epoch(address(basePosition));
    }

    long chain(long basePosition) {
        return SegmentHeaders.chain(address(basePosition));
    }
}
