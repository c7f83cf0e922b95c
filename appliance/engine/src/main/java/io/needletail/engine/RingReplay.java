package io.needletail.engine;

import io.needletail.registry.Registry;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionSizing;
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

    /** More lines than a record has: nothing was ever written behind so many that begin with zeros. */
    private final int longestRecord;

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
        RegionSizing sizing = registry.header().sizing();
        longestRecord = 8 + (sizing.maxKeyLength() + sizing.maxValueLength()) / RecordLayout.LINE_LENGTH;
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

    /**
     * Whether changes that come later stand behind what does not continue the log. In persistent memory a change is on the medium before
     * the next one is begun: then what is between was not torn off by a power loss, it is damaged.
     *
     * @param sequence no change before the applied position is later
     */
    boolean isFollowed(long sequence) {
        long last = Math.max(lastSequence, sequence);
        long latest = last + RingSegment.LENGTH / RecordLayout.LINE_LENGTH;
        long segmentEnd = RingSegment.baseOf(position) + RingSegment.LENGTH;
        boolean isOpen = position != RingSegment.baseOf(position);
        if (isOpen && isChangeBehind(position, segmentEnd, last, latest)) {
            return true;
        }
        return isFollowedIn(isOpen ? segmentEnd : position, last, latest);
    }

    /**
     * The first change of a segment of the same epoch may be torn off together with its header and the pad before it. A segment of a later
     * epoch has none before the redo line tells of that epoch.
     */
    private boolean isFollowedIn(long base, long last, long latest) {
        long first = base + RingSegment.HEADER_LENGTH;
        long end = base + RingSegment.LENGTH;
        boolean isLaterEpoch = segments.isOpen(base, Long.MAX_VALUE)
                && segments.epoch(base) > registry.live().epoch();
        if (isLaterEpoch) {
            long address = segments.address(first);
            return validator.chainAfter(address, RingSegment.LENGTH - RingSegment.HEADER_LENGTH, segments.chain(base))
                            != 0
                    && Loads.getLong(address + RecordLayout.VERSION_OFFSET) > last;
        }
        return isChangeBehind(first, end, last, latest);
    }

    /**
     * One that begins, behind the record or what is left of it at {@code from}, and continues the chain of one of those before it: of a
     * group's records some may be there and others not, and one that is being written has words of an earlier lap.
     */
    private boolean isChangeBehind(long from, long end, long last, long latest) {
        long chainAtFrom = validator.chainAt(segments.address(from), end - from, chain);
        int empty = 0;
        for (long at = from + RecordLayout.LINE_LENGTH;
                at < end && empty < longestRecord;
                at += RecordLayout.LINE_LENGTH) {
            long address = segments.address(at);
            long header = Loads.getLong(address);
            empty = header == 0 ? empty + 1 : 0;
            if ((RecordLayout.flags(header) & RecordLayout.GROUP_FIRST) != 0) {
                long sequence = validator.sequenceOf(address, end - at);
                if (sequence > last && sequence <= latest && continues(at, end, from, chainAtFrom)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean continues(long at, long end, long from, long chainAtFrom) {
        long address = segments.address(at);
        long nearest = Math.max(from, at - (long) longestRecord * RecordLayout.LINE_LENGTH);
        for (long before = at - RecordLayout.LINE_LENGTH; before >= nearest; before -= RecordLayout.LINE_LENGTH) {
            long chainBefore = Loads.getLong(segments.address(before) + RecordLayout.CHAIN_OFFSET);
            if (validator.chainAfter(address, end - at, chainBefore) != 0) {
                return true;
            }
        }
        return validator.chainAfter(address, end - at, chainAtFrom) != 0;
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
