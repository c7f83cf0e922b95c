package io.needletail.replication;

/**
 * How long a mirror takes to say that it has what the log had at a moment: one moment after the other is waited for. Nothing is behind while the
 * mirror has all. Reused, for one thread.
 */
final class Lag {
    private long awaited;
    private long sinceNs;
    private long lastNs;
    private boolean isBehind;

    /**
     * A turn.
     *
     * @param kept position that the mirror says it has
     * @param end position of the log
     */
    void look(long kept, long end, long nowNs) {
        if (isBehind && kept >= awaited) {
            lastNs = nowNs - sinceNs;
            isBehind = false;
        }
        if (!isBehind && kept < end) {
            awaited = end;
            sinceNs = nowNs;
            isBehind = true;
        }
        lastNs = kept >= end ? 0 : lastNs;
    }

    /** What it took last, or has taken so far where that is longer; 0 when nothing is behind. */
    long ns(long nowNs) {
        return isBehind ? Math.max(lastNs, nowNs - sinceNs) : lastNs;
    }
}
