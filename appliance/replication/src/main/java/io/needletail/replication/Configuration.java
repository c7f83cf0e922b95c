package io.needletail.replication;

/**
 * What the members of a shard have agreed on, all of it replaced by compare-and-set. The log that counts is that of {@code logEpoch}; a
 * higher {@code epoch} says that somebody is taking over, and that nothing else of it may change.
 *
 * @param version rises with every change
 * @param epoch the highest that a member has claimed
 * @param claimant who has
 * @param logEpoch of the log that has all that was acknowledged
 * @param primary member that writes it, or wrote it
 * @param mirrors a bit for each member whose report counts: it has all of it
 * @param least the smallest n of MIRRORED(n) that is offered
 * @param leaseNs for which a primary that is not heard may still serve
 * @param firstVersion of the latest epoch that was opened: those of the next begin 2^32 above, whoever takes over. (Of an epoch of more changes
 *     than that whoever takes over has nearly all, and so the last; only a member that begins with nothing would have to know better.)
 */
public record Configuration(
        long version,
        long epoch,
        int claimant,
        long logEpoch,
        int primary,
        int mirrors,
        int least,
        long leaseNs,
        long firstVersion) {
    /** An epoch far above it could not be opened. */
    private static final long MAX_FIRST_VERSION = 1L << 61;

    public Configuration {
        boolean isValid = version >= 0
                && epoch >= logEpoch
                && logEpoch >= 1
                && isMember(claimant)
                && isMember(primary)
                && mirrors >>> LineLayout.MAX_MEMBERS == 0
                && (mirrors & 1 << primary) == 0
                && least >= 1
                && least < LineLayout.MAX_MEMBERS
                && leaseNs > 0
                && firstVersion >= 1
                && firstVersion <= MAX_FIRST_VERSION;
        if (!isValid) {
            throw new IllegalArgumentException("version=" + version + " epoch=" + epoch + " claimant=" + claimant
                    + " logEpoch=" + logEpoch + " primary=" + primary + " mirrors=" + Integer.toBinaryString(mirrors)
                    + " least=" + least + " leaseNs=" + leaseNs + " firstVersion=" + firstVersion);
        }
    }

    private static boolean isMember(int member) {
        return member >= 0 && member < LineLayout.MAX_MEMBERS;
    }

    /** The first one of a shard: its only member begins. */
    public static Configuration first(int primary, long epoch, int least, long leaseNs, long firstVersion) {
        return new Configuration(0, epoch, primary, epoch, primary, 0, least, leaseNs, firstVersion);
    }

    public boolean isMirror(int member) {
        return (mirrors & 1 << member) != 0;
    }

    public int mirrorCount() {
        return Integer.bitCount(mirrors);
    }

    /**
     * Promises that a candidate needs, from mirrors, itself included: any so many have one among them that validated what was acknowledged. With
     * fewer mirrors than are asked for, all that there are have it.
     */
    public int promisesNeeded() {
        return Math.max(1, mirrorCount() - least + 1);
    }

    /** Mirrors that must have a change before it is committed: whoever takes over finds it. */
    public int commitCount() {
        return Math.min(least, mirrorCount());
    }

    /** Whether the primary may still change anything. */
    boolean isSettled() {
        return epoch == logEpoch;
    }

    Configuration withMirrors(int others) {
        return new Configuration(version + 1, epoch, claimant, logEpoch, primary, others, least, leaseNs, firstVersion);
    }

    Configuration claimedBy(int candidate, long claimed) {
        return new Configuration(
                version + 1, claimed, candidate, logEpoch, primary, mirrors, least, leaseNs, firstVersion);
    }

    /** The claimant has what was acknowledged, and so have these mirrors. */
    Configuration takenOver(int brought) {
        return new Configuration(version + 1, epoch, claimant, epoch, claimant, brought, least, leaseNs, firstVersion);
    }

    /** Its primary is about to open the epoch. */
    Configuration begunAt(long first) {
        return new Configuration(version + 1, epoch, claimant, logEpoch, primary, mirrors, least, leaseNs, first);
    }
}
