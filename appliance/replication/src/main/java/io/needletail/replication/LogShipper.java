package io.needletail.replication;

import io.needletail.rdma.Endpoint;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RingLayout;

/**
 * Writes the log's bytes from the primary's ring into one mirror's. Nothing is believed of a write but what the mirror reports: what is
 * not reported after a while is written again, stays in the ring until it is, and is not written over in the mirror's. For the primary's
 * replication thread.
 */
final class LogShipper {
    /** Of one write, so that the mirror can begin before all is there. */
    private static final long MOST_BYTES = 64 << 10;

    private static final int WRITES_A_TURN = 4;

    private final Links links;
    private final RegisteredRegion region;
    private final long ringOffset;
    private final long ringLength;
    private final Rules rules;
    private MemberCard card;
    private final long resendAfterNs;
    private final long createdNs;

    private long sent;
    /** What was ever sent may be reported, though it is being sent again. */
    private long mostSent;

    private long kept;
    private long keptSequence;
    private long applied;
    private long echoNs;
    private long heardNs;
    private long progressNs;
    private long advancedNs;
    private final Lag lag = new Lag();
    private long resent;
    private long reportSerial;
    private boolean isInSync;

    LogShipper(
            Links links,
            RegisteredRegion region,
            RegionHeader header,
            Rules rules,
            MemberCard card,
            long resendAfterNs,
            long nowNs) {
        this.links = links;
        this.region = region;
        this.rules = rules;
        this.card = card;
        this.resendAfterNs = resendAfterNs;
        ringOffset = header.layout().ringOffset();
        ringLength = header.sizing().ringLength();
        createdNs = nowNs;
        sent = card.ringFrom();
        mostSent = sent;
        kept = sent;
        applied = sent;
        heardNs = nowNs;
        progressNs = nowNs;
        advancedNs = nowNs;
        echoNs = Long.MIN_VALUE;
    }

    /** Whether the primary's ring still has, whole, what the mirror wants first. */
    static boolean canServe(MemberCard card, long appliedPosition, long ringLength) {
        long from = card.ringFrom();
        return from == RingLayout.baseOf(from)
                && from <= RingLayout.baseOf(appliedPosition)
                && appliedPosition - from <= ringLength - RingLayout.SEGMENT_LENGTH
                && Long.bitCount(card.ring().length()) == 1
                && card.ring().length() >= RingLayout.SEGMENT_LENGTH;
    }

    /** The same memory, by another endpoint. */
    void movedTo(MemberCard other) {
        assert other.ring().equals(card.ring()) : other;
        card = other;
    }

    MemberCard card() {
        return card;
    }

    /** A report, of which the check was right; what cannot be is ignored, and what the mirror's earlier life said, which knew no line of this one. */
    void reported(Line report, long nowNs) {
        long position = report.word(0);
        boolean isOfThisLife = (report.word(3) & -2L) - createdNs >= 0;
        if (position < kept || position > mostSent || !isOfThisLife) {
            return;
        }
        progressNs = position > kept ? nowNs : progressNs;
        advancedNs = position > kept ? nowNs : advancedNs;
        kept = position;
        sent = Math.max(sent, kept); // it had come, and was on its way again
        keptSequence = Math.max(keptSequence, report.word(1));
        applied = Math.max(applied, Math.min(report.word(2), position));
        echoNs = Math.max(echoNs, report.word(3) & -2L);
        isInSync |= (report.word(3) & 1) != 0;
        heardNs = nowNs;
        reportSerial = report.serial();
    }

    /** Of the last report that was taken; 0 before the first. */
    long reportSerial() {
        return reportSerial;
    }

    /** Writes what there is up to a position. */
    int ship(long end, long nowNs) {
        if (kept < sent && nowNs - progressNs > resendAfterNs) {
            sent = kept;
            resent++;
            progressNs = nowNs;
        }
        progressNs = kept == sent ? nowNs : progressNs;
        advancedNs = kept == mostSent ? nowNs : advancedNs;
        lag.look(kept, end, nowNs);
        int writes = 0;
        while (writes < WRITES_A_TURN && write(end)) {
            writes++;
        }
        return writes;
    }

    private boolean write(long end) {
        long inboxLength = card.ring().length();
        long most = rules.hold(Rule.UNREPORTED_STAYS) ? kept + inboxLength : Long.MAX_VALUE;
        long length = Math.min(Math.min(end, most) - sent, MOST_BYTES);
        length = Math.min(length, ringLength - (sent & ringLength - 1));
        length = Math.min(length, inboxLength - (sent & inboxLength - 1));
        if (length <= 0) {
            return false;
        }
        int code = links.endpoint()
                .write(
                        links.peer(card),
                        region,
                        ringOffset + (sent & ringLength - 1),
                        length,
                        card.ring(),
                        sent & inboxLength - 1,
                        sent);
        links.tried(code);
        if (code != Endpoint.POSTED) {
            return false;
        }
        sent += length;
        mostSent = Math.max(mostSent, sent);
        return true;
    }

    /** Whether it says that it lives, and keeps nothing of what it was sent: it would hold up all changes. */
    boolean isStuck(long nowNs, long mostNs) {
        return kept < mostSent && nowNs - advancedNs > mostNs;
    }

    /** The bytes of the ring from here on are wanted. */
    long gate() {
        return rules.hold(Rule.UNREPORTED_STAYS) ? kept : Long.MAX_VALUE;
    }

    long sent() {
        return sent;
    }

    /** What counts as kept; without the rule, what a completion is taken to say. */
    long kept() {
        return rules.hold(Rule.REPORTS_COUNT) ? kept : sent;
    }

    long keptSequence() {
        return rules.hold(Rule.REPORTS_COUNT) ? keptSequence : Long.MAX_VALUE;
    }

    /** How long it takes to say that it has something. */
    long lagNs(long nowNs) {
        return lag.ns(nowNs);
    }

    long applied() {
        return applied;
    }

    long echoNs() {
        return echoNs;
    }

    long heardNs() {
        return heardNs;
    }

    long resent() {
        return resent;
    }

    boolean isInSync() {
        return isInSync;
    }
}
