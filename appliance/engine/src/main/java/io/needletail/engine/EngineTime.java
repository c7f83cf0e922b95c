package io.needletail.engine;

/**
 * Engine time: nanoseconds since 1970 that never go back, not over a clock that was set back and not over epochs. The shard
 * advances it once a cycle with what its clock says; between cycles it stands still. While the clock is behind, as after a
 * start with one that was set back by an hour, it goes at half the clock's pace until that has caught up: deadlines come
 * later, but they come.
 */
final class EngineTime {
    private long nowNs;
    private long lastClockNs = Long.MAX_VALUE;

    void advance(long clockNs) {
        assert nowNs >= 0 : "nowNs=" + nowNs;
        if (clockNs >= nowNs) {
            nowNs = clockNs;
        } else if (clockNs > lastClockNs) {
            nowNs += (clockNs - lastClockNs) / 2;
        }
        lastClockNs = clockNs;
    }

    long nowNs() {
        return nowNs;
    }
}
