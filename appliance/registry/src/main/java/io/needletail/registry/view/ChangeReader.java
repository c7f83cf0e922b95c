package io.needletail.registry.view;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Says what changed in a region since a version, from the mutation ring: for an application on the shard's thread, and for a
 * process that maps the region read-only. It costs the shard nothing and gates nothing: who reads too slowly is overrun, is told
 * so, and reads what it needs anew. For one thread.
 *
 * <p>Records up to the applied position are read, so groups come whole. A record is copied first; then the segment's base is
 * looked at again, and when the ring has come round meanwhile the copy is thrown away, see {@link RingLayout}.
 */
public final class ChangeReader {
    /** Changes were lost: the ring came round before they were read, or does not reach back to the version. */
    public static final int OVERRUN = -1;

    /** The mapping was closed. */
    public static final int CLOSED = -2;

    private static final long NO_VERSION = -1;

    private final long ringAddress;
    private final long ringLength;
    private final long appliedAddress;
    private final long stateAddress;
    private final RecordContents record;

    private boolean isChange;
    private long position;
    private long chain;
    private long after;
    private boolean lost;
    private boolean closed;

    /** Begins with what changes from now on. */
    public ChangeReader(MemorySegment region) {
        RegionHeader header = RegionHeader.of(region);
        ringAddress = region.address() + header.layout().ringOffset();
        ringLength = header.sizing().ringLength();
        appliedAddress = region.address() + RegionLayout.APPLIED_POSITION_OFFSET;
        stateAddress = region.address() + RegionLayout.STATE_OFFSET;
        record = new RecordContents(header);
        sinceNow();
    }

    /** Goes on with what changes from now on; also the way back after an overrun, before what is needed is read anew. */
    public void sinceNow() {
        after = 0;
        lost = false;
        long end = applied();
        position = newestSegment(end);
        while (position < end && !lost) {
            step(end);
        }
    }

    /** Goes back to the oldest change that the ring has; also the way back after an overrun, for who wants all that is left. */
    public void sinceOldest() {
        since(0);
        lost = false;
    }

    /** Goes on where another reader's {@link #position} was, with changes behind a version. */
    public void from(long otherPosition, long version) {
        after = version;
        lost = false;
        position = RingLayout.baseOf(otherPosition);
        lost = otherPosition > applied() || position < applied() && !isStanding(position);
    }

    /** Where the log ends now. */
    public long end() {
        return applied();
    }

    /** Everything before it was handed over. */
    public long position() {
        return position;
    }

    /** False when changes behind the version that was asked for are gone. */
    public boolean reachesBack() {
        return !lost;
    }

    /** Where the segment begins that it reads: a consumer that the shard waits for needs nothing before it. */
    public long segmentPosition() {
        return RingLayout.baseOf(position);
    }

    /** The segment that the last record before {@code end} stands in; 0 when nothing was ever written. */
    private static long newestSegment(long end) {
        long base = RingLayout.baseOf(end);
        return end == base ? Math.max(0, base - RingLayout.SEGMENT_LENGTH) : base;
    }

    /** Goes back to the first change after a version; {@link #poll} answers OVERRUN when the ring does not reach back to it. */
    public void since(long version) {
        if (closed) {
            return;
        }
        after = version;
        lost = false;
        long end = applied();
        long base = newestSegment(end);
        long oldest = base;
        long firstVersion = Long.MAX_VALUE;
        while (base >= 0 && firstVersion > version + 1 && isStanding(base)) {
            oldest = base;
            long found = firstVersion(base, end);
            firstVersion = found == NO_VERSION ? firstVersion : found;
            base -= RingLayout.SEGMENT_LENGTH;
        }
        position = oldest;
        lost = firstVersion > version + 1 && oldest > 0; // a ring that reaches back to 0 has lost nothing
    }

    /** The version of the first record of a segment, {@link #NO_VERSION} of one that has none yet or is gone. */
    private long firstVersion(long base, long end) {
        for (long at = base + RingLayout.HEADER_LENGTH; at < Math.min(end, base + RingLayout.SEGMENT_LENGTH); ) {
            long header = Loads.getLongAcquire(address(at));
            long version = Loads.getLongOpaque(address(at) + RecordLayout.VERSION_OFFSET);
            VarHandle.loadLoadFence();
            int lines = RecordLayout.lines(header);
            if (!isStanding(base) || lines == 0) {
                return NO_VERSION;
            }
            if (RecordLayout.operation(header) != RecordLayout.PAD) {
                return version;
            }
            at += (long) lines * RecordLayout.LINE_LENGTH;
        }
        return NO_VERSION;
    }

    /**
     * Hands over up to {@code limit} changes.
     *
     * @return how many there were, or {@link #OVERRUN}: then {@link #sinceNow()} goes on behind the gap
     */
    public int poll(ChangeHandler handler, int limit) {
        if (lost || closed) {
            return closed ? CLOSED : OVERRUN;
        }
        long end = applied();
        int handed = 0;
        while (position < end && handed < limit && !lost) {
            if (step(end) && record.version() > after) {
                record.handTo(handler);
                handed++;
            }
        }
        return handed > 0 || !lost ? handed : OVERRUN;
    }

    /** Goes on by a segment's header or a record; true when that was a change, whose contents then were taken. */
    private boolean step(long end) {
        long base = RingLayout.baseOf(position);
        if (position == base) {
            chain = Loads.getLongOpaque(address(base) + RingLayout.CHAIN_OFFSET);
            VarHandle.loadLoadFence();
            lost = !isStanding(base); // a segment's header stands as soon as anything behind it is applied
            position += RingLayout.HEADER_LENGTH;
            return false;
        }
        int lines = copy(base);
        VarHandle.loadLoadFence();
        if (!isStanding(base)) {
            lost = true;
            return false;
        }
        if (lines == 0) {
            // an epoch ended here: the next one began a segment of its own, and older bytes stand between
            long nextBase = base + RingLayout.SEGMENT_LENGTH;
            boolean epochEnded = nextBase < end && isStanding(nextBase) && epoch(nextBase) > epoch(base);
            position = epochEnded ? nextBase : position;
            lost = !epochEnded;
            return false;
        }
        position += (long) lines * RecordLayout.LINE_LENGTH;
        return isChange;
    }

    /** Copies the record at the position; its lines, or 0 for bytes that no whole group continues with. */
    private int copy(long base) {
        long at = address(position);
        long header = Loads.getLongAcquire(at);
        long next = chainAfter(at, header, chain, RingLayout.SEGMENT_LENGTH - (position - base));
        if (next == 0) {
            return 0;
        }
        boolean beginsGroup = (RecordLayout.flags(header) & RecordLayout.SINGLE) == RecordLayout.GROUP_FIRST;
        if (beginsGroup && !isGroupWhole(position, base)) {
            return 0; // the shard was stopped inside it, or took it back: none of it has happened
        }
        chain = next;
        isChange = RecordLayout.isChange(RecordLayout.operation(header));
        return !isChange || record.take(at, header) ? RecordLayout.lines(header) : 0;
    }

    /** The chain after a record that lies in {@code room} bytes; 0 for bytes that do not continue it. */
    private static long chainAfter(long at, long header, long chain, long room) {
        int lines = RecordLayout.lines(header);
        if (lines == 0 || (long) lines * RecordLayout.LINE_LENGTH > room) {
            return 0;
        }
        long next = RecordChain.behind(chain, at, header);
        return Loads.getLong(at + RecordLayout.CHAIN_OFFSET) == next ? next : 0;
    }

    /** A group stands in one segment and ends with the record that says so. */
    private boolean isGroupWhole(long first, long base) {
        long segmentEnd = base + RingLayout.SEGMENT_LENGTH;
        long next = chain;
        long at = first;
        while (at < segmentEnd) {
            long header = Loads.getLongAcquire(address(at));
            next = chainAfter(address(at), header, next, segmentEnd - at);
            if (next == 0) {
                return false;
            }
            if ((RecordLayout.flags(header) & RecordLayout.GROUP_LAST) != 0) {
                return true;
            }
            at += (long) RecordLayout.lines(header) * RecordLayout.LINE_LENGTH;
        }
        return false;
    }

    private long epoch(long base) {
        return Loads.getLong(address(base) + RingLayout.EPOCH_OFFSET);
    }

    /** Whether the segment that is expected at a position stands there, and no later one. */
    private boolean isStanding(long base) {
        long at = address(base);
        return Loads.getLongOpaque(at + RingLayout.BASE_OFFSET) == base && Loads.getLongOpaque(at) == RingLayout.MAGIC;
    }

    /** Whether the shard serves; while it does not, nothing changes. */
    public boolean isServing() {
        return !closed && RegionState.state(Loads.getLongAcquire(stateAddress)) == RegionState.SERVING;
    }

    /** No load touches the mapping after this. */
    public void close() {
        closed = true;
    }

    private long applied() {
        return closed ? position : Loads.getLongAcquire(appliedAddress);
    }

    private long address(long at) {
        return ringAddress + (at & (ringLength - 1));
    }
}
