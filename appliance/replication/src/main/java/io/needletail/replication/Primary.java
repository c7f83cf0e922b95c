package io.needletail.replication;

import io.needletail.registry.LiveHeader;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Loads;

/**
 * The primary's side of a shard's mirrors: it writes the log to them, takes their reports, says how far MIRRORED has come and what is
 * committed, takes mirrors in and drops them by rule, and knows until when it may serve. The shard's thread sees only what stands in the live
 * lines, and {@link #leaseUntilNs()}. For the replication thread.
 */
public final class Primary {
    private final Member member;
    private final LiveHeader live;
    /** Where the ring's gating consumer keeps its position: what no mirror has stays. */
    private final long gateAddress;

    /** Has the shard's thread look at it again. */
    private final Runnable recheck;

    private final LogShipper[] shippers = new LogShipper[LineLayout.MAX_MEMBERS];
    /** Cards whose log was kept from being overwritten, and is begun to be sent with the next look. */
    private final MemberCard[] expected = new MemberCard[LineLayout.MAX_MEMBERS];

    private final Quorum kept = new Quorum();
    private final Quorum sequences = new Quorum();
    private final Quorum echoes = new Quorum();
    private volatile Configuration configuration;
    /** What mirrors were needed for: whoever takes over finds it. */
    private long promised;

    /** What mirrors are told: without any that count, all that there is. */
    private long committed;

    private final long startedNs;
    private long lookedNs;
    private long toldNs = Long.MIN_VALUE;
    private volatile long dropped;
    private volatile long lagNs;
    private volatile long keptSequence = Long.MAX_VALUE;
    private volatile long leaseUntilNs;
    private volatile boolean isDeposed;

    /**
     * Begins.
     *
     * @param configuration in which this member is the primary
     * @param live of its region, which is attached to for this epoch
     * @param gateAddress of a gating consumer of its log
     * @param recheck has the shard's thread look at that consumer again, soon
     */
    public Primary(
            Member member,
            Configuration configuration,
            LiveHeader live,
            long gateAddress,
            Runnable recheck,
            long nowNs) {
        assert configuration.primary() == member.id() : configuration;
        this.member = member;
        this.configuration = configuration;
        this.live = live;
        this.gateAddress = gateAddress;
        this.recheck = recheck;
        startedNs = nowNs;
        lookedNs = nowNs - member.timing().lookNs();
        leaseUntilNs = nowNs;
        promised = live.appliedPosition(); // whoever counts by now has it
        committed = promised;
        member.publish();
        openGate();
    }

    /** A turn; how much was done. */
    public int turn(long nowNs) {
        int work = member.poll();
        if (isDeposed) {
            return work;
        }
        if (nowNs - lookedNs >= member.timing().lookNs()) {
            lookedNs = nowNs;
            look(nowNs);
        }
        tell(nowNs); // first: the reports that it speaks of came in a turn before, and the lease is looked at behind
        // them
        takeReports(nowNs);
        work += ship(nowNs);
        reach();
        noteLag(nowNs);
        prolong(nowNs);
        return work;
    }

    private void look(long nowNs) {
        Configuration now = member.membership().configuration();
        if (now == null) {
            return; // it cannot be read yet, which is told
        }
        if (now.version() != configuration.version()) {
            isDeposed = true; // nobody else changes it while this member is the primary
            leaseUntilNs = nowNs;
            gate(Long.MAX_VALUE);
            return;
        }
        for (int other = 0; other < shippers.length; other++) {
            if (other != member.id()) {
                meet(member.membership().card(other), other, nowNs);
                settle(other, nowNs);
            }
        }
    }

    /** A card that asks for the log of this epoch. */
    private void meet(MemberCard card, int other, long nowNs) {
        LogShipper shipper = shippers[other];
        boolean isNew = card != null
                && card.ringEpoch() == configuration.logEpoch()
                && (shipper == null || card.incarnation() > shipper.card().incarnation());
        if (!isNew) {
            expected[other] = null;
            return;
        }
        if (shipper != null && card.ring().equals(shipper.card().ring())) {
            shipper.movedTo(card);
            return;
        }
        boolean lostItsLog = shipper != null && configuration.isMirror(other);
        if (lostItsLog && !drop(other)) {
            return; // it counts, and has begun anew: it must not, before it is known not to be needed
        }
        if (!LogShipper.canServe(
                card, live.appliedPosition(), member.header().sizing().ringLength())) {
            expected[other] = null;
            return; // the mirror asks again
        }
        shippers[other] = null;
        if (expected[other] == null || expected[other].incarnation() != card.incarnation()) {
            expected[other] = card;
            openGate();
            recheck.run();
            return;
        }
        expected[other] = null;
        shippers[other] = new LogShipper(
                member.links(),
                member.local(),
                member.header(),
                member.rules(),
                card,
                member.timing().resendNs(),
                nowNs);
        openGate();
    }

    /** Takes in what has come up to the others, and drops what is not heard. */
    private void settle(int other, long nowNs) {
        LogShipper shipper = shippers[other];
        boolean counts = configuration.isMirror(other);
        boolean isSilent =
                shipper != null && isOverdue(shipper, nowNs, member.timing().dropNs());
        if (counts && shipper == null) {
            isSilent =
                    nowNs - startedNs > member.timing().dropNs() + configuration.leaseNs(); // brought, and has not come
        }
        if (isSilent && (!counts || drop(other))) {
            shippers[other] = null;
            expected[other] = null;
            openGate();
        } else if (!counts && shipper != null && mayCount(shipper)) {
            change(configuration.withMirrors(configuration.mirrors() | 1 << other));
        }
    }

    private static boolean isOverdue(LogShipper shipper, long nowNs, long mostNs) {
        return nowNs - shipper.heardNs() > mostNs || shipper.isStuck(nowNs, mostNs);
    }

    private boolean mayCount(LogShipper shipper) {
        return shipper.isInSync() && shipper.kept() >= promised;
    }

    /** Only when those that stay have what is committed; else it goes on counting, and what waits for it goes on waiting. */
    private boolean drop(int other) {
        Configuration without = configuration.withMirrors(configuration.mirrors() & ~(1 << other));
        kept.clear();
        for (int i = 0; i < shippers.length; i++) {
            if (without.isMirror(i) && counts(i)) {
                kept.add(shippers[i].kept());
            }
        }
        boolean isCovered = kept.countFrom(promised) >= without.commitCount()
                || !member.rules().hold(Rule.DROPPED_WHEN_COVERED);
        if (isCovered && change(without)) {
            dropped = dropped + 1; // this thread alone writes it
            return true;
        }
        return false;
    }

    /** Whether a mirror says that it has all: one that was brought along and has begun anew since does not. */
    private boolean counts(int other) {
        return shippers[other] != null && shippers[other].isInSync();
    }

    private boolean change(Configuration next) {
        if (member.membership().compareAndSet(configuration.version(), next)) {
            configuration = next;
            return true;
        }
        return false; // the next look finds out by whom
    }

    private void takeReports(long nowNs) {
        for (int other = 0; other < shippers.length; other++) {
            if (shippers[other] != null) {
                Line report = member.mailbox().take(other, LineLayout.REPORT);
                if (report != null && report.epoch() == configuration.logEpoch()) {
                    shippers[other].reported(report, nowNs);
                }
            }
        }
    }

    private int ship(long nowNs) {
        long end = live.appliedPosition();
        int writes = 0;
        for (LogShipper shipper : shippers) {
            writes += shipper == null ? 0 : shipper.ship(end, nowNs);
        }
        openGate();
        return writes;
    }

    private void openGate() {
        long gate = Long.MAX_VALUE;
        for (int other = 0; other < shippers.length; other++) {
            gate = shippers[other] == null ? gate : Math.min(gate, shippers[other].gate());
            gate = expected[other] == null ? gate : Math.min(gate, expected[other].ringFrom());
        }
        gate(gate);
    }

    private void gate(long position) {
        if (gateAddress != 0 && Loads.getLong(gateAddress) != position) {
            Stores.putLongRelease(gateAddress, position);
        }
    }

    /** How far it is mirrored, by how many; and what is committed. */
    private void reach() {
        kept.clear();
        sequences.clear();
        for (int other = 0; other < shippers.length; other++) {
            if (configuration.isMirror(other)) {
                LogShipper shipper = shippers[other];
                kept.add(counts(other) ? shipper.kept() : 0);
                sequences.add(counts(other) ? shipper.keptSequence() : 0);
            }
        }
        if (kept.count() == 0) {
            committed = Math.max(committed, live.appliedPosition());
            return;
        }
        promised = Math.max(promised, kept.reachedBy(configuration.commitCount()));
        committed = Math.max(committed, promised);
        for (int n = configuration.least(); n <= kept.count() && n <= Level.MAX_MIRRORS; n++) {
            long sequence = sequences.reachedBy(n);
            if (sequence > live.reached(Level.MIRRORED + n - 1)) {
                live.reached(Level.MIRRORED + n - 1, sequence);
            }
        }
    }

    /** Of the slowest that counts. */
    private void noteLag(long nowNs) {
        long longestNs = 0;
        long least = Long.MAX_VALUE;
        for (int other = 0; other < shippers.length; other++) {
            LogShipper shipper = shippers[other];
            if (configuration.isMirror(other) && shipper == null) { // brought along, and has not come yet
                longestNs = Math.max(longestNs, nowNs - startedNs);
                least = 0;
            } else if (configuration.isMirror(other)) {
                longestNs = Math.max(longestNs, shipper.lagNs(nowNs));
                least = shipper.kept() < live.appliedPosition() ? Math.min(least, shipper.keptSequence()) : least;
            }
        }
        lagNs = lagNs == longestNs ? lagNs : longestNs; // a volatile store costs more than all of this
        keptSequence = keptSequence == least ? keptSequence : least;
    }

    /** Whoever takes over needs a promise of one of so many mirrors; that each had not promised, it said after it heard this. */
    private void prolong(long nowNs) {
        if (configuration.mirrorCount() == 0) {
            leaseUntilNs = nowNs + Timing.withoutSkew(configuration.leaseNs());
            return;
        }
        echoes.clear();
        for (int other = 0; other < shippers.length; other++) {
            if (configuration.isMirror(other)) {
                echoes.add(counts(other) ? shippers[other].echoNs() : Long.MIN_VALUE);
            }
        }
        long heardNs = echoes.reachedBy(configuration.commitCount());
        if (heardNs != Long.MIN_VALUE) {
            leaseUntilNs = Math.max(leaseUntilNs, heardNs + Timing.withoutSkew(configuration.leaseNs()));
        }
    }

    private void tell(long nowNs) {
        if (nowNs - toldNs < member.timing().lineNs() && toldNs != Long.MIN_VALUE) {
            return;
        }
        toldNs = nowNs;
        boolean isEntitled = leaseUntilNs - nowNs
                > 0; // else another one may have changed something by now: nobody is fresh by this one's word
        for (LogShipper shipper : shippers) {
            if (shipper != null) {
                member.send(
                        shipper.card(),
                        LineLayout.CONTROL,
                        configuration.logEpoch(),
                        committed,
                        live.appliedPosition(),
                        nowNs & -2L,
                        isEntitled ? shipper.reportSerial() : 0);
            }
        }
    }

    /** Until when this member may serve and acknowledge, by its own clock; for any thread. */
    public long leaseUntilNs() {
        return leaseUntilNs;
    }

    /** Whether it may serve and acknowledge now; for any thread. */
    public boolean mayServe(long nowNs) {
        return !isDeposed && leaseUntilNs - nowNs > 0 || !member.rules().hold(Rule.LEASE_IS_CHECKED);
    }

    /** Somebody else has claimed a later epoch; for any thread. */
    public boolean isDeposed() {
        return isDeposed;
    }

    /** What this member is the primary in; for any thread. */
    public Configuration configuration() {
        return configuration;
    }

    /** Of a mirror, or null. */
    LogShipper shipper(int other) {
        return shippers[other];
    }

    /** Position up to which the log survives any takeover that the rule allows. */
    public long committed() {
        return promised;
    }

    /** What mirrors are told that they may apply. */
    long told() {
        return committed;
    }

    /** How long the slowest mirror takes to say that it has something, 0 while all have all; for any thread. */
    public long lagNs() {
        return lagNs;
    }

    /** Of the last change that the slowest mirror has, where one lacks any; else more than any. For any thread. */
    public long keptSequence() {
        return keptSequence;
    }

    /** Mirrors that were dropped; for any thread. */
    public long dropped() {
        return dropped;
    }
}
