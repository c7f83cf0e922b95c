package io.needletail.engine;

import io.needletail.registry.LiveHeader;
import io.needletail.registry.view.RegionState;

/** What an appliance can have left behind in a region's live lines. */
final class LeftRegion {
    /** 2^30 starts and more; what lies above was not written by an appliance. */
    static final long MAX_SEQUENCE = 1L << 61;

    private static final long MAX_EPOCH = 1L << 55;
    /** The year 2116. */
    private static final long MAX_TIME_NS = 1L << 62;

    private LeftRegion() {}

    /**
     * Whether the live lines can be what an appliance left. NEW says that nothing was ever written: then nothing is; retired
     * regions and mirrors are not taken over.
     */
    static boolean isTakable(LiveHeader live) {
        int state = live.state();
        boolean untouched = live.appliedPosition() == 0 && live.epochFirstVersion() == 0;
        boolean takable =
                state == RegionState.RECOVERING || state == RegionState.SERVING || state == RegionState.FAILED;
        boolean plausible = live.epochFirstVersion() >= 1
                && live.epochFirstVersion() <= MAX_SEQUENCE
                && live.engineTimeNs() >= 0
                && live.engineTimeNs() <= MAX_TIME_NS
                && live.epoch() < MAX_EPOCH;
        return state == RegionState.NEW ? untouched : takable && plausible;
    }
}
