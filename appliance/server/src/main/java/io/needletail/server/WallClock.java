package io.needletail.server;

/**
 * Nanoseconds since 1970, as an offset to the monotonic clock, so that the shard needs one clock read for both. Housekeeping
 * compares the offset with the system's clock and moves it by at most {@value #MAX_SLEW_PPM} parts in a million: a clock
 * that is set is followed, never jumped to. Written by one thread with opaque, read by the shard with opaque.
 */
public final class WallClock {
    static final long MAX_SLEW_PPM = 500;

    private static final java.lang.invoke.VarHandle OFFSET;

    static {
        try {
            OFFSET = java.lang.invoke.MethodHandles.lookup().findVarHandle(WallClock.class, "offsetNs", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long offsetNs;
    private long lastAdjustNs;

    public WallClock(long monotonicNs, long epochNs) {
        offsetNs = epochNs - monotonicNs;
        lastAdjustNs = monotonicNs;
    }

    public long epochNs(long monotonicNs) {
        return monotonicNs + (long) OFFSET.getOpaque(this);
    }

    /** Moves towards what the system's clock says now, by what the time since the last call allows. */
    public void adjust(long monotonicNs, long systemEpochNs) {
        long allowedNs = (monotonicNs - lastAdjustNs) * MAX_SLEW_PPM / 1_000_000;
        long errorNs = systemEpochNs - epochNs(monotonicNs);
        long stepNs = Math.max(-allowedNs, Math.min(allowedNs, errorNs));
        OFFSET.setOpaque(this, offsetNs + stepNs);
        lastAdjustNs = monotonicNs;
    }
}
