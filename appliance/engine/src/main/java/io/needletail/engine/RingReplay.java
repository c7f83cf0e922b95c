package io.needletail.engine;

import io.needletail.registry.Registry;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionState;

/**
 * Replays the ring from the applied position after a crash: at most the change that was under way, whose slot may be half
 * written. It walks from the start of the segment, because the chain is proven from there, and ends at the first bytes
 * that do not continue it. Replaying twice is replaying once.
 */
final class RingReplay {
    private final Registry registry;
    private final RingSegment segments;
    private final RecordValidator validator;
    private final Applier applier;

    /** Far above what can be appended, far below what overflows. */
    private static final long MAX_POSITION = 1L << 61;

    private long position;
    private long chain;
    private long groupStart;
    private boolean inGroup;
    private long end = Long.MAX_VALUE;
    private long replayed;
    private long lastSequence;
    private long sequenceAtGroupStart;
    private long lastTimeNs;

    RingReplay(Registry registry, Applier applier) {
        this.registry = registry;
        this.applier = applier;
        segments = new RingSegment(registry);
        validator = new RecordValidator(registry.header());
    }

    /** Walks the ring and changes nothing; says whether it can be replayed. */
    RegionFault check() {
        long applied = registry.live().appliedPosition();
        if (applied < 0 || applied > MAX_POSITION || applied % RecordLayout.LINE_LENGTH != 0) {
            return RegionFault.RING_DAMAGED;
        }
        walk(applied, false);
        end = position;
        return position < applied || !isOfThisEpoch(applied) ? RegionFault.RING_DAMAGED : RegionFault.NONE;
    }

    /** Applies what lies beyond the applied position. */
    void apply() {
        walk(registry.live().appliedPosition(), true);
    }

    private void walk(long applied, boolean applies) {
        long ringLength = registry.header().sizing().ringLength();
        position = startOf(applied);
        inGroup = false;
        while (position < end && position - applied < ringLength && openSegment()) {
            if (!walkSegment(applied, applies)) {
                break;
            }
        }
        if (inGroup) {
            position = groupStart; // the shard was stopped inside a group, or refused it: none of it has happened
            lastSequence = sequenceAtGroupStart;
        }
    }

    /** While it served, the shard wrote into a segment of the live epoch; a start that was killed left an older one. */
    private boolean isOfThisEpoch(long applied) {
        long base = RingSegment.baseOf(applied);
        if (applied == 0) {
            return true; // nothing was ever written
        }
        if (applied == base && startOf(applied) == base) {
            return false; // a segment that ended here would still be there
        }
        long epoch = segments.epoch(startOf(applied));
        boolean served = registry.live().state() != RegionState.RECOVERING;
        return served
                ? epoch == registry.live().epoch()
                : epoch <= registry.live().epoch();
    }

    /** The segment that holds the applied position; at its very start the one before, which knows the last time. */
    private long startOf(long applied) {
        long base = RingSegment.baseOf(applied);
        long before = base - RingSegment.LENGTH;
        boolean useBefore = applied == base
                && before >= 0
                && segments.isOpen(before, registry.live().epoch());
        return useBefore ? before : base;
    }

    private boolean openSegment() {
        if (!segments.isOpen(position, registry.live().epoch())) {
            return false;
        }
        chain = segments.chain(position);
        position += RingSegment.HEADER_LENGTH;
        return true;
    }

    /** True when the segment was walked to its very end, so that another may follow. */
    private boolean walkSegment(long applied, boolean applies) {
        assert position > RingSegment.baseOf(position) : "header not passed: position=" + position;
        long segmentEnd = RingSegment.baseOf(position) + RingSegment.LENGTH;
        while (position < segmentEnd && position < end) {
            long address = segments.address(position);
            long next = validator.chainAfter(address, segmentEnd - position, chain);
            if (next == 0 || !continuesGroup(RecordLayout.flags(Loads.getLong(address)))) {
                return false;
            }
            chain = next;
            take(address, applies && position >= applied);
        }
        return true;
    }

    /** A group begins with GROUP_FIRST and ends with GROUP_LAST; anything else is not a record of this log. */
    private boolean continuesGroup(int flags) {
        boolean first = (flags & RecordLayout.GROUP_FIRST) != 0;
        if (first == inGroup) {
            return false;
        }
        groupStart = first ? position : groupStart;
        sequenceAtGroupStart = first ? lastSequence : sequenceAtGroupStart;
        inGroup = (flags & RecordLayout.GROUP_LAST) == 0;
        return true;
    }

    private void take(long address, boolean mustApply) {
        assert address == segments.address(position) : "position=" + position;
        assert RecordLayout.lines(Loads.getLong(address)) >= 1 : "position=" + position;
        if (mustApply) {
            applier.apply(address);
            replayed++;
        }
        lastSequence = Math.max(lastSequence, Loads.getLong(address + RecordLayout.VERSION_OFFSET));
        lastTimeNs = Math.max(lastTimeNs, Loads.getLong(address + RecordLayout.TIME_OFFSET));
        position += (long) RecordLayout.lines(Loads.getLong(address)) * RecordLayout.LINE_LENGTH;
    }

    /** The end of what the ring holds. */
    long position() {
        return position;
    }

    /** The first position of a segment that no record of an older epoch stands in. */
    long nextSegment() {
        assert position >= 0 : "position=" + position;
        return RingSegment.baseOf(position + RingSegment.LENGTH - 1);
    }

    long replayed() {
        return replayed;
    }

    long lastSequence() {
        return lastSequence;
    }

    long lastTimeNs() {
        return lastTimeNs;
    }
}
