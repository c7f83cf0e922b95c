package io.needletail.server.session;

/** What sessions may have that no option sets: every number in one place, of a shard unless it says of a session. */
public final class SessionLimit {
    /** Clients' publications that are looked at: four times the most sessions there can be. */
    public static final int PUBLICATIONS = 256;

    /** One shared publication is all that well-behaved clients make, and one more while it is replaced. */
    public static final int SHARED_PUBLICATIONS = 4;

    /** Unanswered requests of a session that shares: as many of the longest fit 256 KiB, where they wait for room. */
    public static final int SHARED_IN_FLIGHT = 30;

    /** Connects under way; each holds two publications. */
    public static final int CONNECTS = 64;

    /** Scans of a session that wait for their page. */
    public static final int SCANS = 4;

    /** Gets of a session that wait for a value which no message holds. */
    public static final int LARGE_VALUES = 4;

    /** Notes to the shard: an image, an opening and a removal for every publication at once, and as much again. */
    public static final int MAILBOX = 1024;

    private SessionLimit() {}
}
