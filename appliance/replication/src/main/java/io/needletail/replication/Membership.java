package io.needletail.replication;

/**
 * Where a shard's members agree on who is what. The data path never waits for it. Safe for use by several processes; what is behind it, a
 * directory they share or a consensus, decides by compare-and-set.
 */
public interface Membership {
    /** The present configuration, or null before the first. */
    Configuration configuration();

    /**
     * Replaces it.
     *
     * @param expectedVersion of the present one; -1 when there is none yet
     * @return whether it was replaced, durably
     */
    boolean compareAndSet(long expectedVersion, Configuration next);

    /** A member's latest card, or null. */
    MemberCard card(int member);

    /** Replaces the caller's own. */
    void publish(MemberCard card);
}
