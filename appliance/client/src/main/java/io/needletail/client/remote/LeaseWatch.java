package io.needletail.client.remote;

/**
 * Says until when a shard on another machine holds its lease, by this side's clock alone: the two clocks share no beginning, but go at
 * nearly the same pace. A lease that differs from the one that an earlier read showed was written after that read was posted, so what was
 * left of it then is left from then on, at least. For one thread.
 */
final class LeaseWatch {
    /** Of a line that says nothing of it. */
    static final long NO_AGE = -1;

    /** Of a clock's pace against the other's: a hundredth, as among mirrors. */
    private static final int SKEW_PART = 100;

    private long shown;
    private long shownSinceNs;
    private long holdsUntilNs;
    private boolean isShown;
    private long asOfNs;
    private boolean isAsOfKnown;

    /** @param nowNs this side's clock: nothing is known yet */
    LeaseWatch(long nowNs) {
        holdsUntilNs = nowNs;
    }

    /**
     * A read has shown it.
     *
     * @param lease as it stands there
     * @param leftNs what was left of it when it was written; nothing when that cannot be told
     * @param ageNs how far behind its primary a mirror was then; else {@link #NO_AGE}
     * @param postedNs this side's clock before the read was posted
     */
    void shown(long lease, long leftNs, long ageNs, long postedNs) {
        if (isShown && lease != shown && leftNs > 0) {
            isAsOfKnown = ageNs >= 0;
            asOfNs = shownSinceNs - ageNs - ageNs / SKEW_PART;
            long untilNs = shownSinceNs + leftNs - leftNs / SKEW_PART;
            holdsUntilNs = untilNs - holdsUntilNs > 0 ? untilNs : holdsUntilNs;
        }
        shown = lease;
        shownSinceNs = postedNs;
        isShown = true;
    }

    /** Whether the reads up to now have shown as of when a mirror is. */
    boolean isAsOfKnown() {
        return isAsOfKnown;
    }

    /** By this side's clock: what is read from here on has every change that the primary had made by then. */
    long asOfNs() {
        return asOfNs;
    }

    boolean holds(long nowNs) {
        return holdsUntilNs - nowNs > 0;
    }
}
