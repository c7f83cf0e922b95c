package io.needletail.engine;

/**
 * Engine time: nanoseconds since 1970 that never go back, not over a clock that was set back and not over epochs. The shard
 * advances it once a cycle with what its clock says; between cycles it stands still.
 */
final class EngineTime {
    private long nowNs;

    void advance(long clockNs) {
        assert nowNs >= 0 : "nowNs=" + nowNs;
        nowNs = Math.max(nowNs, clockNs);
    }

    long nowNs() {
        return nowNs;
    }
}
