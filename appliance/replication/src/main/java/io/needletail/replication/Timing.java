package io.needletail.replication;

/**
 * How long what takes among members.
 *
 * @param lookNs from one look at the membership to the next
 * @param lineNs from one line to the next, while there is nothing new to say
 * @param resendNs after which bytes that no report speaks of are written again
 * @param dropNs after which a mirror that is not heard is dropped
 * @param joinNs after which a mirror that gets nothing of the log it wants asks for it anew
 * @param readNs after which a one-sided read that has not ended is given up
 * @param bringNs that a candidate waits for those that promised to have the log it adopted
 * @param copiedTogether slots that a joining mirror reads at a time
 */
public record Timing(
        long lookNs,
        long lineNs,
        long resendNs,
        long dropNs,
        long joinNs,
        long readNs,
        long bringNs,
        int copiedTogether) {
    /** A clock's pace against another's: a hundredth, ten times what any clock is off. */
    static final int SKEW_PART = 100;

    /** For machines beside each other. */
    public static Timing of(long dropNs) {
        return new Timing(10_000_000, 1_000_000, 20_000_000, dropNs, dropNs, dropNs, dropNs, 512);
    }

    /** A lease as who awaits its end measures it. */
    static long withSkew(long leaseNs) {
        return leaseNs + leaseNs / SKEW_PART;
    }

    /** A lease as who holds it measures it. */
    static long withoutSkew(long leaseNs) {
        return leaseNs - leaseNs / SKEW_PART;
    }
}
