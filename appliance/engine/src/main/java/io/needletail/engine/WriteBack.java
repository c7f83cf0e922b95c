package io.needletail.engine;

import io.needletail.pmem.PersistentMemory;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.Registry;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.RingLayout;
import io.needletail.registry.view.SlotLayout;
import java.util.function.LongSupplier;

/**
 * The redo of a region in persistent memory. It follows the ring as a gating consumer, writes back every line of slots and blocks that
 * the records there have changed, fences, and only then says that recovery begins behind them and that the ring may go on over them.
 * It does so in large steps: what it has not come to yet is applied again after a power loss, and nothing is lost. The owner drives it at
 * a start, a thread of its own while the shard serves.
 */
public final class WriteBack {
    public static final String NAME = "write-back";
    /** Bytes of the ring a step: some four thousand changes, which take recovery a millisecond. */
    static final long STEP = 256 << 10;

    private static final long PIECE = 1 << 20;

    private static final LongSupplier NO_LIMIT = () -> Long.MAX_VALUE;

    private final Registry registry;
    private final PersistentMemory memory;
    private final RedoLine redo;
    private final RingSegment segments;
    private LongSupplier limit = NO_LIMIT;
    private long consumerAddress;
    private long position;
    private long lastTimeNs;
    private long lastSequence;

    WriteBack(Registry registry, PersistentMemory memory) {
        this.registry = registry;
        this.memory = memory;
        redo = new RedoLine(registry, memory);
        segments = new RingSegment(registry);
    }

    /**
     * Says for the first time where recovery begins, in a region that was formatted or filled: all of it is brought to the medium
     * before.
     */
    static void begin(Registry registry, PersistentMemory memory) {
        LiveHeader live = registry.live();
        long length = registry.header().layout().regionLength();
        for (long at = 0; at < length; at += PIECE) { // a flush holds up whoever wants all threads to stop
            memory.flush(registry.address() + at, Math.min(PIECE, length - at));
        }
        memory.fence();
        new RedoLine(registry, memory)
                .write(
                        live.stateWord(),
                        live.epochFirstVersion(),
                        live.engineTimeNs(),
                        live.appliedPosition(),
                        live.epochFirstVersion());
    }

    /** Makes the live lines those that recovery begins with; false when no copy of the redo line is whole. */
    boolean restore() {
        if (!redo.load()) {
            return false;
        }
        redo.restore(registry.live());
        position = redo.start();
        return true;
    }

    /** No change before the point where recovery begins is later. */
    long sequenceBefore() {
        return redo.sequence();
    }

    /**
     * Before anything is applied again: a process that was killed has left records that it had not fenced, and what is applied, or said of
     * them elsewhere, must not outlive them.
     */
    void persistRing(long ringEnd) {
        for (long at = RingLayout.baseOf(position); at < ringEnd; at += RingLayout.SEGMENT_LENGTH) {
            memory.flush(segments.address(at), Math.min(RingLayout.SEGMENT_LENGTH, ringEnd - at));
        }
        memory.fence();
    }

    /** What was applied again, up to the ring's end, needs not be so any more. */
    void complete(long ringEnd) {
        assert ringEnd >= position : "ringEnd=" + ringEnd + " position=" + position;
        writeBack(ringEnd);
    }

    /** Recovery begins in a new epoch from here on, whose first segment is open and on the medium. */
    void beginEpoch(long basePosition, MutationLog log) {
        assert RingLayout.baseOf(basePosition) == basePosition : "basePosition=" + basePosition;
        LiveHeader live = registry.live();
        position = basePosition + RingLayout.HEADER_LENGTH;
        redo.write(
                RegionState.of(RegionState.RECOVERING, live.epoch()),
                live.epochFirstVersion(),
                live.engineTimeNs(),
                position,
                live.epochFirstVersion() - 1);
        consumerAddress = log.consumerAddress(log.addConsumer(NAME, MutationLog.GATING));
        letRingGoOn();
    }

    /**
     * What is written back may be overwritten in the ring only when somebody else has it too.
     *
     * @param newLimit the position up to which a journal was forced
     */
    public void follow(LongSupplier newLimit) {
        limit = newLimit;
    }

    /** Takes a step when there is enough for one. */
    public int doWork() {
        long end = end();
        if (end - position < STEP) {
            return 0;
        }
        writeBack(Math.min(end, position + 2 * STEP));
        return 1;
    }

    /** Takes all there is, behind a shard that has stopped. */
    public void finish() {
        long end = end();
        if (end > position) {
            writeBack(end);
        }
    }

    private long end() {
        return Math.min(registry.live().appliedPosition(), limit.getAsLong());
    }

    private void writeBack(long end) {
        while (position < end) {
            position += position == RingLayout.baseOf(position) ? RingLayout.HEADER_LENGTH : flushChange();
        }
        memory.fence();
        redo.advance(lastTimeNs, position, lastSequence);
        if (consumerAddress != 0) {
            letRingGoOn();
        }
    }

    /** The segment that recovery begins in stays whole: its chain is proven from its header. */
    private void letRingGoOn() {
        Stores.putLongRelease(consumerAddress, RingLayout.baseOf(position - 1));
    }

    /** The record's length. */
    private int flushChange() {
        long record = segments.address(position);
        long header = Loads.getLong(record);
        lastTimeNs = Math.max(lastTimeNs, Loads.getLong(record + RecordLayout.TIME_OFFSET));
        lastSequence = Math.max(lastSequence, Loads.getLong(record + RecordLayout.VERSION_OFFSET));
        if (RecordLayout.isChange(RecordLayout.operation(header))) {
            flushSlot(RecordLayout.slot(header));
            flushBlocks(record, header);
        }
        return RecordLayout.lines(header) * RecordLayout.LINE_LENGTH;
    }

    private void flushSlot(long slot) {
        int length = registry.isKeyed(slot) ? SlotLayout.KEYED_LENGTH : SlotLayout.ANONYMOUS_LENGTH;
        memory.flush(registry.slotAddress(slot), length);
    }

    private void flushBlocks(long record, long header) {
        int flags = RecordLayout.flags(header);
        int operation = RecordLayout.operation(header);
        boolean isDelete = operation == RecordLayout.DELETE || operation == RecordLayout.EXPIRE;
        if ((flags & RecordLayout.KEY) != 0 && !isDelete) {
            long extension = record + RecordLayout.EXTENSION_OFFSET;
            int length = SlotLayout.keyLength(Loads.getLong(extension));
            if (length > Bytes.INLINE_LENGTH) {
                flushBlock(Loads.getLong(extension + Long.BYTES), length);
            }
        }
        if ((flags & RecordLayout.VALUE_BYTES) != 0) {
            long value = record + RecordLayout.VALUE_OFFSET;
            flushBlock(Loads.getLong(value), SlotLayout.blockLength(Loads.getLong(value + Long.BYTES)));
        }
    }

    private void flushBlock(long block, int length) {
        memory.flush(registry.slab().address(block), RecordLayout.padded(length));
    }
}
