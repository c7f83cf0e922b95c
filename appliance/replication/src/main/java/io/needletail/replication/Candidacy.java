package io.needletail.replication;

import io.needletail.engine.ShardEngine;

/**
 * A mirror's way to become the primary: it claims the next epoch, has the promises that the rule asks for, adopts the highest log, brings those
 * who promised to it, waits out the old primary's lease, and only then says that it has taken over. For the mirror's thread.
 */
public final class Candidacy {
    /** How it stands. */
    public enum State {
        /** Promises, or the log's last records, are still to come. */
        GATHERING,
        /** The membership says that this member is the primary: its region is to be attached to. */
        WON,
        /** Somebody else has claimed a later epoch, or this member does not have the log. */
        LOST
    }

    private final Mirror mirror;
    private final Member member;
    private final long[] keptBy = new long[LineLayout.MAX_MEMBERS];
    private Configuration claim;
    private int promises;
    private long adopted = -1;
    private long promisedNs;
    private long sentNs = Long.MIN_VALUE;
    private State state = State.GATHERING;

    private Candidacy(Mirror mirror) {
        this.mirror = mirror;
        member = mirror.member();
    }

    /** Claims the next epoch; lost at once when this member does not count, or another was faster. */
    public static Candidacy begin(Mirror mirror, long nowNs) {
        Candidacy candidacy = new Candidacy(mirror);
        candidacy.claim(nowNs);
        return candidacy;
    }

    /** Whether a member that comes back to its own region is the only one that has the log. */
    public static boolean isAlone(Configuration now, int member) {
        return now != null && now.isSettled() && now.primary() == member && now.mirrorCount() == 0;
    }

    /** What the members know of versions that were issued: those of an epoch that is about to be opened begin no lower. */
    public static long leastVersion(Configuration now) {
        return leastVersion(now, Rules.ALL);
    }

    static long leastVersion(Configuration now, Rules rules) {
        boolean isFirst = now == null || !rules.hold(Rule.VERSIONS_ARE_AGREED);
        return isFirst ? 1 : ShardEngine.leastVersionBehind(now.firstVersion());
    }

    /**
     * The last step of a member that has won, before its region's epoch is opened.
     *
     * @param epoch that is about to be
     * @param firstVersion of that
     * @return the configuration in which it is the primary, or null when it did not win this epoch, or lost it already
     */
    public static Configuration open(Membership membership, int member, long epoch, long firstVersion) {
        return open(membership, member, epoch, firstVersion, Rules.ALL);
    }

    static Configuration open(Membership membership, int member, long epoch, long firstVersion, Rules rules) {
        Configuration now = membership.configuration();
        boolean hasWon = now != null
                && now.isSettled()
                && now.primary() == member
                && now.logEpoch() == epoch
                && (now.firstVersion() < firstVersion || !rules.hold(Rule.VERSIONS_ARE_AGREED));
        return hasWon ? replaced(membership, now, now.begunAt(firstVersion)) : null;
    }

    /**
     * The same of a member that is alone with its region: nobody is asked.
     *
     * @param epoch that is about to be opened
     * @param firstVersion of that
     * @return the configuration in which it is the primary again, or null when it is not alone, or another was faster
     */
    public static Configuration alone(Membership membership, int member, long epoch, long firstVersion) {
        Configuration now = membership.configuration();
        return isAlone(now, member) ? again(membership, now, member, epoch, firstVersion) : null;
    }

    /**
     * The same of a primary that comes back and has mirrors, none of which can take over any more: an operator says that its region has all. One
     * that was made again from a journal may lack what only mirrors had.
     */
    public static Configuration resume(Membership membership, int member, long epoch, long firstVersion) {
        Configuration now = membership.configuration();
        boolean isIts = now != null && now.isSettled() && now.primary() == member;
        return isIts ? again(membership, now, member, epoch, firstVersion) : null;
    }

    /** In one step: a kill between two would leave a claim that nobody goes on with. */
    private static Configuration again(
            Membership membership, Configuration now, int member, long epoch, long firstVersion) {
        boolean isLater = epoch > now.epoch() && firstVersion > now.firstVersion();
        Configuration next = isLater ? now.claimedBy(member, epoch).takenOver(0).begunAt(firstVersion) : null;
        return isLater ? replaced(membership, now, next) : null;
    }

    private static Configuration replaced(Membership membership, Configuration now, Configuration next) {
        return membership.compareAndSet(now.version(), next) ? next : null;
    }

    private void claim(long nowNs) {
        Configuration now = member.membership().configuration();
        boolean hasTheLog =
                now != null && now.isMirror(member.id()) && mirror.log().epoch() == now.logEpoch() && mirror.hasAll();
        claim = hasTheLog ? now.claimedBy(member.id(), now.epoch() + 1) : null;
        if (!hasTheLog || !member.membership().compareAndSet(now.version(), claim)) {
            state = State.LOST;
            return;
        }
        mirror.promise(claim.epoch());
        promised(member.id(), mirror.log().wholePosition(), nowNs);
    }

    private void promised(int other, long position, long nowNs) {
        if ((promises & 1 << other) == 0) {
            promises |= 1 << other;
            promisedNs = nowNs;
        }
        keptBy[other] = Math.max(keptBy[other], position);
    }

    /** A turn, beside the mirror's own. */
    public State turn(long nowNs) {
        if (state != State.GATHERING) {
            return state;
        }
        if (member.membership().configuration().version() != claim.version()) {
            state = State.LOST;
            return state;
        }
        hear(nowNs);
        summon(nowNs);
        int needed = member.rules().hold(Rule.ENOUGH_PROMISES) ? claim.promisesNeeded() : claim.promisesNeeded() - 1;
        if (Integer.bitCount(promises) >= needed) {
            takeOver(nowNs);
        }
        return state;
    }

    private void hear(long nowNs) {
        for (int other = 0; other < keptBy.length; other++) {
            Line promise = other == member.id() ? null : member.mailbox().take(other, LineLayout.PROMISE);
            boolean counts = promise != null
                    && promise.epoch() == claim.epoch()
                    && promise.word(2) == claim.logEpoch()
                    && claim.isMirror(other);
            if (counts) {
                promised(other, promise.word(0), nowNs);
            }
        }
    }

    private void summon(long nowNs) {
        if (sentNs != Long.MIN_VALUE && nowNs - sentNs < member.timing().lineNs()) {
            return;
        }
        sentNs = nowNs;
        for (int other = 0; other < keptBy.length; other++) {
            MemberCard card = claim.isMirror(other) && other != member.id()
                    ? member.membership().card(other)
                    : null;
            if (card != null) {
                member.send(card, LineLayout.SUMMONS, claim.epoch(), claim.epoch(), Math.max(0, adopted), 0, 0);
            }
        }
    }

    private void takeOver(long nowNs) {
        if (adopted < 0 && !adoptHighest()) {
            return; // the next turn tries again
        }
        int brought = brought();
        boolean isLeaseOver = nowNs - promisedNs > Timing.withSkew(claim.leaseNs())
                || !member.rules().hold(Rule.LEASE_IS_AWAITED);
        boolean isBrought = brought == (promises & ~(1 << member.id()))
                || nowNs - promisedNs
                        > Timing.withSkew(claim.leaseNs()) + member.timing().bringNs();
        if (!isLeaseOver || !isBrought) {
            return;
        }
        mirror.log().endFor(claim.epoch()); // first: who is killed behind the next step comes back to a region that can
        // be taken
        Configuration taken = claim.takenOver(brought);
        state = member.membership().compareAndSet(claim.version(), taken) ? State.WON : State.LOST;
        claim = taken;
    }

    private boolean adoptHighest() {
        int highest = member.id();
        for (int other = 0; other < keptBy.length; other++) {
            boolean isHigher = (promises & 1 << other) != 0 && keptBy[other] > keptBy[highest];
            highest = isHigher && member.rules().hold(Rule.HIGHEST_LOG) ? other : highest;
        }
        if (highest != member.id()) {
            MemberCard card = member.membership().card(highest);
            if (card == null || !mirror.adopt(card, keptBy[highest])) {
                return false;
            }
        }
        adopted = mirror.log().wholePosition();
        sentNs = Long.MIN_VALUE; // the others are told at once
        return true;
    }

    /** Those of the others who have all of it. */
    private int brought() {
        int brought = 0;
        for (int other = 0; other < keptBy.length; other++) {
            boolean hasAll = other != member.id() && (promises & 1 << other) != 0 && keptBy[other] == adopted;
            brought |= hasAll ? 1 << other : 0;
        }
        return brought;
    }

    public State state() {
        return state;
    }

    /** Behind {@link State#WON}: in which this member is the primary. */
    public Configuration configuration() {
        return claim;
    }

    /** A bit for each mirror that has promised, this member included. */
    public int promises() {
        return promises;
    }
}
