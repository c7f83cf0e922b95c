package io.needletail.replication;

import io.needletail.engine.MirrorLog;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RingLayout;
import java.util.function.LongSupplier;

/**
 * A mirror's side: it copies the primary's region beside the log that arrives, keeps and reports what it has validated, applies what is
 * committed, and promises candidates that it keeps nothing more of the old epoch. It decides nothing else. For one thread.
 */
public final class Mirror implements AutoCloseable {
    /** What it does. */
    public enum Phase {
        /** There is no primary, or it is not reached. */
        LOOKING,
        /** The region is copied, the log arrives beside it. */
        COPYING,
        /** It has all of the region; what was copied is not all committed yet. */
        CATCHING_UP,
        /** It has all that was acknowledged, and counts once the membership says so. */
        IN_SYNC,
        /** It follows nobody: a candidate has its promise. */
        PROMISED
    }

    private static final int RECORDS_A_TURN = 1_024;

    private final Member member;
    private final LongSupplier clock;
    private final MirrorLog log;
    private RegionHeader theirs;
    private final LogFetch fetch;
    /** What is copied is read into it, join after join: it is never given back. */
    private final RegisteredRegion scratch;

    private Phase phase = Phase.LOOKING;
    private LogMemory memory;
    private RegionCopy copy;
    private Configuration configuration;
    private MemberCard primary;
    /** Whether the log has all of its epoch that was ever acknowledged. */
    private boolean hasAll;

    private long promised;
    private long committed;
    private long copiedUpTo;
    private long echoNs;
    private long primaryEnd;
    private long lookedNs;
    private long reportedNs;
    private long reportedPosition;
    private long heardNs;
    private long askedNs;
    private long saidNs;
    private final Freshness freshness = new Freshness();

    /**
     * A mirror with a region that was formatted and nothing else.
     *
     * @param theirs the header of the primary's region
     * @param clock in ns, of this member
     */
    public Mirror(Member member, RegionHeader theirs, LongSupplier clock) {
        this.member = member;
        this.theirs = theirs;
        this.clock = clock;
        log = new MirrorLog(
                member.region(),
                member.rules().hold(Rule.EPOCHS_ARE_APART),
                member.rules().hold(Rule.BEGUN_EMPTY));
        fetch = new LogFetch(member, clock, log.longestRecord());
        scratch = member.fabric().scratch(RegionCopy.scratchLength(member, member.header()));
        lookedNs = clock.getAsLong() - member.timing().lookNs();
        askedNs = clock.getAsLong() - member.timing().joinNs() - 1;
        reportedNs = clock.getAsLong() - member.timing().lineNs();
        member.publish();
    }

    /** A turn; how much was done. */
    public int turn(long nowNs) {
        int work = member.poll();
        if (nowNs - lookedNs >= member.timing().lookNs()) {
            lookedNs = nowNs;
            look(nowNs);
        }
        hearCandidates();
        if (phase == Phase.LOOKING) {
            return work;
        }
        if (phase == Phase.PROMISED && member.rules().hold(Rule.PROMISE_IS_KEPT)) {
            return work;
        }
        hearPrimary(nowNs);
        work += memory.take(RECORDS_A_TURN);
        if (phase == Phase.COPYING) {
            work += copySome();
        }
        apply();
        sayHowFresh(nowNs);
        report(nowNs);
        return work;
    }

    private void look(long nowNs) {
        Configuration now = member.membership().configuration();
        if (now == null || now.primary() == member.id()) {
            return;
        }
        boolean isOther = configuration == null || now.logEpoch() != configuration.logEpoch();
        configuration = now;
        primary = member.membership().card(now.primary()); // it may have moved
        if (isOther) {
            follow(nowNs);
        } else if ((phase == Phase.LOOKING || isForgotten(nowNs))
                && nowNs - askedNs > member.timing().joinNs()) {
            join(nowNs); // not at once again and again: each time takes memory that is never given back
        }
    }

    /** The primary sends nothing: it has dropped this mirror, or has begun anew. One that counts goes on waiting. */
    private boolean isForgotten(long nowNs) {
        boolean isWaiting =
                phase != Phase.PROMISED && nowNs - heardNs > member.timing().joinNs();
        return isWaiting
                && !configuration.isMirror(member.id())
                && nowNs - askedNs > member.timing().joinNs();
    }

    /** Another epoch's log: one that was brought up to its beginning goes on, any other begins anew. */
    private void follow(long nowNs) {
        boolean wasBrought = hasAll && configuration.isMirror(member.id()) && promised == configuration.logEpoch();
        if (!wasBrought) {
            join(nowNs);
            return;
        }
        long from = log.continueIn(configuration.logEpoch());
        ask(from, nowNs);
        committed = log.appliedPosition();
        copiedUpTo = 0;
        freshness.forgetQuestions();
        phase = Phase.IN_SYNC;
    }

    /** From the beginning: nothing that stands in the region counts any more. */
    private void join(long nowNs) {
        phase = Phase.LOOKING;
        hasAll = false;
        primary = member.membership().card(configuration.primary());
        if (primary == null
                || !configuration.isSettled()
                || log.registry().live().epoch() > configuration.logEpoch()) {
            return;
        }
        askedNs = nowNs;
        RegionHeader now = fetch.header(primary);
        if (now == null || !member.header().sizing().holdsAllOf(now.sizing()) || !isSameDataSet(now)) {
            return;
        }
        theirs = now;
        freshness.forget();
        log.prepare(configuration.logEpoch());
        copy = new RegionCopy(member, primary, theirs, log, scratch, clock);
        long position = copy.appliedPosition(configuration.logEpoch());
        if (position < 0) {
            return;
        }
        long from = RingLayout.baseOf(
                Math.max(0, position - 1)); // at a segment's very end that one is needed, to go on from
        log.begin(configuration.logEpoch(), from);
        committed = 0;
        copiedUpTo = Long.MAX_VALUE;
        ask(from, nowNs);
        if (copy.copyRetryTable()) {
            phase = Phase.COPYING;
            hasAll = !member.rules().hold(Rule.COUNTS_WHEN_IN_SYNC);
        }
    }

    private boolean isSameDataSet(RegionHeader now) {
        RegionHeader own = member.header();
        return now.dataSetIdHigh() == own.dataSetIdHigh()
                && now.dataSetIdLow() == own.dataSetIdLow()
                && now.shard() == own.shard();
    }

    /** Memory of its own for every epoch, and for every time: what lands in the old one is nobody's. */
    private void ask(long from, long nowNs) {
        primary = member.membership().card(configuration.primary());
        if (memory == null || member.rules().hold(Rule.EPOCHS_ARE_APART)) {
            if (memory != null) {
                memory.close();
            }
            memory = new LogMemory(member.fabric(), theirs.sizing().ringLength(), log);
        }
        heardNs = nowNs;
        askedNs = nowNs;
        reportedPosition = 0;
        echoNs = 0;
        promised = Math.max(promised, configuration.logEpoch());
        member.publish(memory.place(), configuration.logEpoch(), from);
    }

    private void hearPrimary(long nowNs) {
        Line control = member.mailbox().take(configuration.primary(), LineLayout.CONTROL);
        if (control == null || control.epoch() != configuration.logEpoch()) {
            return;
        }
        heardNs = nowNs;
        committed = Math.max(committed, control.word(0));
        primaryEnd = Math.max(primaryEnd, control.word(1));
        echoNs = control.word(2);
        boolean isAsked = member.rules().hold(Rule.FRESHNESS_IS_ANSWERED);
        freshness.heard(isAsked ? control.word(3) : Long.MAX_VALUE, control.word(1));
    }

    private int copySome() {
        if (!copy.copySome()) {
            phase = Phase.LOOKING; // the next look tries again
            return 0;
        }
        log.copied(member.rules().hold(Rule.COPIED_THEN_APPLIED) ? copy.done() : Long.MAX_VALUE);
        if (copy.isDone()) {
            long position = copy.appliedPosition(configuration.logEpoch());
            if (position < 0) {
                phase = Phase.LOOKING;
                return 0;
            }
            copiedUpTo = position;
            log.copiedAll();
            phase = Phase.CATCHING_UP;
        }
        return 1;
    }

    private void apply() {
        boolean isCopying = phase == Phase.COPYING || !member.rules().hold(Rule.COMMITTED_ONLY);
        log.applyTo(isCopying ? log.wholePosition() : committed);
        if (phase == Phase.CATCHING_UP
                && committed >= Math.max(copiedUpTo, log.appliedPosition())
                && log.wholePosition() >= copiedUpTo
                && log.appliedPosition() >= copiedUpTo) {
            phase = Phase.IN_SYNC;
            hasAll = true;
            log.serve();
        }
    }

    /** Readers of this region are told as of when it is, and that somebody keeps it so. */
    private void sayHowFresh(long nowNs) {
        boolean isFresher = freshness.applied(log.appliedPosition()) && phase == Phase.IN_SYNC;
        if (isFresher
                || phase == Phase.IN_SYNC && nowNs - saidNs >= member.timing().lineNs()) {
            saidNs = nowNs;
            long writtenNs = clock.getAsLong(); // the turn may have taken long, and others count from here
            log.registry().live().leaseUntilNs(writtenNs + configuration.leaseNs(), writtenNs, freshness.asOfNs());
        }
    }

    private void report(long nowNs) {
        boolean isNew = log.wholePosition() != reportedPosition;
        if (phase == Phase.LOOKING
                || echoNs == 0
                || !isNew && nowNs - reportedNs < member.timing().lineNs()) {
            return;
        }
        long position = member.rules().hold(Rule.REPORTED_WHEN_VALIDATED)
                ? log.wholePosition()
                : Math.max(log.wholePosition(), primaryEnd);
        reportedNs = nowNs;
        reportedPosition = log.wholePosition();
        long serial = member.send(
                primary,
                LineLayout.REPORT,
                configuration.logEpoch(),
                position,
                log.wholeSequence(),
                log.appliedPosition(),
                echoNs & -2L | (hasAll ? 1 : 0));
        freshness.reported(serial, nowNs);
    }

    private void hearCandidates() {
        for (int candidate = 0; candidate < LineLayout.MAX_MEMBERS; candidate++) {
            Line summons = candidate == member.id() ? null : member.mailbox().take(candidate, LineLayout.SUMMONS);
            if (summons != null) {
                answer(candidate, summons.word(0), summons.word(1));
            }
        }
    }

    /** Every time: the answer may have been lost. */
    private void answer(int candidate, long epoch, long adopted) {
        Configuration now = member.membership().configuration();
        MemberCard card = member.membership().card(candidate);
        if (card == null || now == null || now.epoch() != epoch || now.claimant() != candidate || epoch < promised) {
            return;
        }
        if (!mayPromise() || now.logEpoch() != configuration.logEpoch() || !now.isMirror(member.id())) {
            return; // it has not got what is asked for
        }
        promise(epoch);
        if (adopted > log.wholePosition()) {
            fetch.fetch(log, card, adopted);
        }
        member.send(
                card, LineLayout.PROMISE, epoch, log.wholePosition(), log.wholeSequence(), configuration.logEpoch(), 0);
    }

    private boolean mayPromise() {
        return hasAll || configuration != null && !member.rules().hold(Rule.PROMISED_BY_WHO_HAS_ALL);
    }

    /** From here on nothing is kept of the epoch that is followed, nor reported. */
    void promise(long epoch) {
        assert epoch >= promised : "epoch=" + epoch + " promised=" + promised;
        promised = epoch;
        phase = Phase.PROMISED;
    }

    /** Adopts what another member's log has more. */
    boolean adopt(MemberCard from, long end) {
        return fetch.fetch(log, from, end);
    }

    /** Whether this member can promise, and take over. */
    boolean hasAll() {
        return hasAll;
    }

    public Phase phase() {
        return phase;
    }

    public MirrorLog log() {
        return log;
    }

    Member member() {
        return member;
    }

    /** Slots that were copied, of {@link #slots()}. */
    public long copied() {
        return copy == null ? 0 : copy.done();
    }

    public long slots() {
        return copy == null ? 0 : copy.total();
    }

    /** Up to where the primary has said that the log is committed. */
    public long committed() {
        return committed;
    }

    /** By this side's clock: every change that the primary had made by then is applied. 0 while it is not known. */
    public long asOfNs() {
        return freshness.asOfNs();
    }

    /** Where the primary's log ended when it was last heard. */
    public long primaryEnd() {
        return primaryEnd;
    }

    /** When the primary was last heard, by this side's clock. */
    public long heardNs() {
        return heardNs;
    }

    /** Behind the member's endpoint: what others may reach, and what was read into. The memory stays. */
    @Override
    public void close() {
        fetch.close();
        scratch.close();
        if (memory != null) {
            memory.close();
        }
    }
}
