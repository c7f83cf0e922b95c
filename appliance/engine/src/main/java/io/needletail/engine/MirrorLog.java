package io.needletail.engine;

import io.needletail.registry.LiveHeader;
import io.needletail.registry.Registry;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.RingLayout;
import java.lang.foreign.MemorySegment;

/**
 * The log of another shard's owner, kept and applied in a region of one's own: the mirror's half of the mutation log. It decides nothing and
 * allocates nothing. What is offered is validated where it cannot change any more, stands in the region's ring where the owner's has
 * it, and is applied when the owner has said that it is committed. What this leaves is a region as a process that was killed leaves it: {@link
 * ShardEngine#attach} replays what was kept and not applied. For one thread.
 */
public final class MirrorLog {
    private final MemorySegment region;
    private final Registry registry;
    private final LiveHeader live;
    private final RingSegment segments;
    private final SegmentHeaders headers;
    private final RecordValidator validator;
    private final Applier applier;
    private final long ringLength;
    private final int longestRecord;

    private final boolean looksAtEpochs;
    private final boolean beginsEmpty;

    private long epoch;
    private long position;
    private long chain;
    private boolean inGroup;
    private boolean continuesAtHeader;
    /** Behind the last whole group that was kept, and of it. */
    private long wholePosition;

    private long wholeSequence;
    private long lastSequence;
    private long lastTimeNs;
    private long applied;
    private long appliedSequence;
    /** While the rest is copied from elsewhere: slots from here on are still to come. */
    private long copiedSlots;

    /** Of a region that was formatted, or that a mirror left. */
    public MirrorLog(MemorySegment region) {
        this(region, true, true);
    }

    /** For a test that shows what is missed without them: whether a later epoch's log begins apart, and whether in an empty region. */
    public MirrorLog(MemorySegment region, boolean looksAtEpochs, boolean beginsEmpty) {
        this.looksAtEpochs = looksAtEpochs;
        this.beginsEmpty = beginsEmpty;
        this.region = region;
        registry = new Registry(region);
        live = registry.live();
        segments = new RingSegment(registry);
        headers = new SegmentHeaders(registry.header());
        validator = new RecordValidator(registry.header());
        applier = new Applier(registry);
        RegionSizing sizing = registry.header().sizing();
        ringLength = sizing.ringLength();
        longestRecord = (8 + (sizing.maxKeyLength() + sizing.maxValueLength()) / RecordLayout.LINE_LENGTH)
                * RecordLayout.LINE_LENGTH;
    }

    /** Empties the region for an epoch's log: what stood in it, be it later than anything that is to come, is gone. Takes long. */
    public void prepare(long newEpoch) {
        assert newEpoch >= live.epoch() : "epoch=" + newEpoch + " before=" + live.epoch();
        live.state(RegionState.RECOVERING, newEpoch);
        if (beginsEmpty) {
            empty();
        }
    }

    /**
     * Begins to follow an epoch's log in a region that is prepared for it.
     *
     * @param base of the segment that is followed from
     */
    public void begin(long newEpoch, long base) {
        assert RingLayout.baseOf(base) == base : "base=" + base;
        if (!registry.retries().load()) {
            throw new IllegalStateException("the retry table is damaged");
        }
        epoch = newEpoch;
        position = base;
        wholePosition = base;
        applied = base;
        chain = 0;
        inGroup = false;
        continuesAtHeader = false;
        copiedSlots = 0;
        live.restore(RegionState.of(RegionState.RECOVERING, newEpoch), 1, 0, base);
        lastSequence = 0;
        wholeSequence = 0;
        appliedSequence = 0;
        lastTimeNs = 0;
    }

    /** Of the ring the headers of its segments: no record is found without them. */
    private void empty() {
        long first = RegionLayout.LIVE_OFFSET + RegionLayout.LIVE_LINE_LENGTH;
        long ring = registry.header().layout().ringOffset();
        region.asSlice(first, ring - first).fill((byte) 0);
        for (long base = 0; base < ringLength; base += RingLayout.SEGMENT_LENGTH) {
            region.asSlice(ring + base, RingLayout.HEADER_LENGTH).fill((byte) 0);
        }
    }

    /**
     * Goes on in a later epoch, whose owner has all of this log and nothing else of its own: what was kept is committed, and the next segment
     * is the new owner's first.
     *
     * @return where that begins
     */
    public long continueIn(long newEpoch) {
        assert newEpoch > epoch : "epoch=" + newEpoch + " before=" + epoch;
        applyTo(wholePosition);
        epoch = newEpoch;
        position = RingLayout.baseOf(wholePosition + RingLayout.SEGMENT_LENGTH - 1);
        chain = 0;
        inGroup = false;
        continuesAtHeader = true;
        live.state(RegionState.MIRROR, newEpoch);
        return position;
    }

    /** Bytes of the longest record: whoever offers one copies no more. */
    public int longestRecord() {
        return longestRecord;
    }

    /** Bytes that the record, or the segment's header, takes that begins with this word and stands next; 0 when none does, -1 when it cannot be kept yet. */
    public int lengthOf(long firstWord) {
        if (RingLayout.baseOf(position) == position) {
            return firstWord == RingLayout.MAGIC ? room(RingLayout.HEADER_LENGTH) : 0;
        }
        long length = (long) RecordLayout.lines(firstWord) * RecordLayout.LINE_LENGTH;
        if (length == 0 || length > segmentEnd() - position) {
            return 0;
        }
        if (RecordLayout.operation(firstWord) == RecordLayout.PAD) {
            return room(RecordLayout.LINE_LENGTH); // its rest is not looked at
        }
        return length > longestRecord ? 0 : room((int) length);
    }

    /** The segment of the last applied record stays: from its beginning the log is proven again. */
    private int room(int length) {
        long proven = RingLayout.baseOf(Math.max(0, applied - 1));
        return position + length - proven <= ringLength ? length : -1;
    }

    private long segmentEnd() {
        return RingLayout.baseOf(position) + RingLayout.SEGMENT_LENGTH;
    }

    /**
     * Takes what stands next in the log, if it is that.
     *
     * @param copy bytes of its {@link #lengthOf}, which nobody can change
     * @return whether it was kept
     */
    public boolean keep(long copy) {
        return RingLayout.baseOf(position) == position ? keepHeader(copy) : keepRecord(copy);
    }

    private boolean keepHeader(long copy) {
        boolean isNext = headers.isOpen(copy, position, epoch)
                && (SegmentHeaders.epoch(copy) == epoch || !looksAtEpochs)
                && (chain == 0 || chain == SegmentHeaders.chain(copy));
        if (isNext) {
            chain = SegmentHeaders.chain(copy);
            Stores.copy(copy, segments.address(position), RingLayout.HEADER_LENGTH);
            position += RingLayout.HEADER_LENGTH;
            wholePosition = position;
            if (continuesAtHeader) { // the log before ended somewhere in front of it, and is applied
                applied = position;
                live.appliedPosition(applied);
                continuesAtHeader = false;
            }
        }
        return isNext;
    }

    private boolean keepRecord(long copy) {
        long next = validator.chainAfter(copy, segmentEnd() - position, chain);
        long header = Loads.getLong(copy);
        boolean isFirst = (RecordLayout.flags(header) & RecordLayout.GROUP_FIRST) != 0;
        if (next == 0 || isFirst == inGroup) {
            return false;
        }
        boolean isPad = RecordLayout.operation(header) == RecordLayout.PAD;
        int lines = RecordLayout.lines(header);
        Stores.copy(copy, segments.address(position), (isPad ? 1L : lines) * RecordLayout.LINE_LENGTH);
        chain = next;
        position += (long) lines * RecordLayout.LINE_LENGTH;
        inGroup = (RecordLayout.flags(header) & RecordLayout.GROUP_LAST) == 0;
        lastSequence = Math.max(lastSequence, Loads.getLong(copy + RecordLayout.VERSION_OFFSET));
        lastTimeNs = Math.max(lastTimeNs, Loads.getLong(copy + RecordLayout.TIME_OFFSET));
        if (!inGroup) {
            wholePosition = position;
            wholeSequence = lastSequence;
        }
        return true;
    }

    /** Applies what is committed, whole groups only. */
    public void applyTo(long committed) {
        if (continuesAtHeader) {
            return;
        }
        long end = Math.min(committed, wholePosition);
        while (applied < end) {
            if (RingLayout.baseOf(applied) == applied) {
                applied += RingLayout.HEADER_LENGTH;
            } else if (!applyGroup(end)) {
                break;
            }
        }
        if (applied != live.appliedPosition()) {
            live.appliedPosition(applied);
        }
    }

    /** False when the group does not end by there. */
    private boolean applyGroup(long end) {
        long groupEnd = groupEnd(end);
        if (groupEnd < 0) {
            return false;
        }
        boolean isSeveral = groupEnd != applied + length(applied);
        if (isSeveral) {
            live.beginGroup();
        }
        while (applied < groupEnd) {
            applyRecord(segments.address(applied));
            applied += length(applied);
        }
        if (isSeveral) {
            live.endGroup();
        }
        return true;
    }

    private long groupEnd(long end) {
        for (long at = applied; at < end; ) {
            int flags = RecordLayout.flags(Loads.getLong(segments.address(at)));
            at += length(at);
            if ((flags & RecordLayout.GROUP_LAST) != 0) {
                return at <= end ? at : -1;
            }
        }
        return -1;
    }

    private long length(long at) {
        return (long) RecordLayout.lines(Loads.getLong(segments.address(at))) * RecordLayout.LINE_LENGTH;
    }

    private void applyRecord(long record) {
        long header = Loads.getLong(record);
        long sequence = Loads.getLong(record + RecordLayout.VERSION_OFFSET);
        appliedSequence = Math.max(appliedSequence, sequence);
        boolean isToBeCopied =
                RecordLayout.isChange(RecordLayout.operation(header)) && RecordLayout.slot(header) >= copiedSlots;
        if (isToBeCopied) {
            applier.noteRequest(record); // the entry itself will be at least as new as this
        } else {
            applier.apply(record);
        }
    }

    /**
     * Slots below were copied from elsewhere; what the log says of those above is in what is still to be copied. A copied slot may be newer than
     * the log: what is applied to it then is older for a while, and comes to the same end. (To skip what is older than the slot leaves blocks
     * with the bytes of whoever had them before.)
     */
    public void copied(long slots) {
        assert slots >= copiedSlots : "slots=" + slots + " before=" + copiedSlots;
        copiedSlots = slots;
    }

    /** Nothing is copied any more: all slots are as the log says. */
    public void copiedAll() {
        copiedSlots = Long.MAX_VALUE;
    }

    /** All is as the log says: readers may have it, as a mirror's. */
    public void serve() {
        live.state(RegionState.MIRROR, epoch);
    }

    /** The log is not followed any more: what was kept is the region's, for the next epoch to be attached to. */
    public void end() {
        live.engineTimeNs(Math.max(live.engineTimeNs(), lastTimeNs));
        live.state(RegionState.RECOVERING, epoch);
    }

    /**
     * The same for a later epoch, which this region's next owner has won.
     *
     * @param won the number that {@link ShardEngine#attach} is to begin
     */
    public void endFor(long won) {
        assert won > epoch : "won=" + won + " epoch=" + epoch;
        end();
        live.state(RegionState.RECOVERING, won - 1);
    }

    public Registry registry() {
        return registry;
    }

    public long epoch() {
        return epoch;
    }

    /** Where the next record is expected. */
    public long position() {
        return position;
    }

    /** Behind the last whole group that was kept. */
    public long wholePosition() {
        return wholePosition;
    }

    /** Of the last change in it, 0 before the first. */
    public long wholeSequence() {
        return wholeSequence;
    }

    public long appliedPosition() {
        return applied;
    }

    public long appliedSequence() {
        return appliedSequence;
    }
}
