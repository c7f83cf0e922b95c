package io.needletail.client.remote;

/**
 * Says until when a shard on another machine holds its lease, by this side's clock alone: the two clocks share no beginning, but go at
 * nearly the same pace. A lease that differs from the one that an earlier read showed was prolonged after that read was posted, so it
 * holds for its length from then on, at least. For one thread.
 */
final class LeaseWatch {
    /** Of a clock's pace against the other's: a thousandth is ten times what NTP allows. */
    private static final int SKEW_PART = 1_000;

    private final long leaseNs;
    private long shown;
    private long shownSinceNs;
    private long holdsUntilNs;
    private boolean isShown;

    /**
     * Begins.
     *
     * @param leaseNs for which the shard prolongs it
     * @param livedNs this side's clock at a moment behind which the shard was heard
     */
    LeaseWatch(long leaseNs, long livedNs) {
        this.leaseNs = leaseNs - leaseNs / SKEW_PART;
        holdsUntilNs = livedNs + this.leaseNs;
    }

    /**
     * A read has shown it.
     *
     * @param lease as it stands there
     * @param postedNs this side's clock before the read was posted
     */
    void shown(long lease, long postedNs) {
        if (isShown && lease != shown) {
            holdsUntilNs = Math.max(holdsUntilNs - postedNs, shownSinceNs + leaseNs - postedNs) + postedNs;
        }
        shown = lease;
        shownSinceNs = postedNs;
        isShown = true;
    }

    boolean holds(long nowNs) {
        return holdsUntilNs - nowNs > 0;
    }
}
