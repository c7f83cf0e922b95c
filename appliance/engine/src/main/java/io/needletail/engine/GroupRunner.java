package io.needletail.engine;

import io.needletail.registry.LiveHeader;
import io.needletail.registry.Registry;
import io.needletail.registry.Slab;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;

/**
 * Changes that happen together or not at all. First every change is decided and its record composed, in one segment of the
 * ring; a refusal takes all of it back: records, slots, directory lanes, slab blocks. Only when the last record stands, and says
 * that it is the last, is the group applied. Replay wants whole groups, so a crash leaves all or none. For the owner thread.
 */
final class GroupRunner {
    private static final long NO_SLOT = -1;
    private static final long NO_RECORD = 0;

    private final Registry registry;
    private final LiveHeader live;
    private final MutationLog log;
    private final RecordWriter writer;
    private final Applier applier;
    private final ExpirySweep sweep;
    private final Value number = new Value(Long.BYTES);
    private final int maxKeyLength;
    private final int maxValueLength;

    private final long[] slots = new long[Batch.MAX_LENGTH];
    private final long[] records = new long[Batch.MAX_LENGTH];
    private final boolean[] creates = new boolean[Batch.MAX_LENGTH];
    private final long[] newValueBlocks = new long[Batch.MAX_LENGTH];
    private final long[] newKeyBlocks = new long[Batch.MAX_LENGTH];
    private final long[] oldValueBlocks = new long[Batch.MAX_LENGTH];
    private final long[] oldKeyBlocks = new long[Batch.MAX_LENGTH];

    private Group group;
    private Batch batch;
    private long firstSequence;
    private long nextSequence;
    private long timeNs;

    GroupRunner(Registry registry, MutationLog log, RecordWriter writer, Applier applier, ExpirySweep sweep) {
        this.registry = registry;
        this.log = log;
        this.writer = writer;
        this.applier = applier;
        this.sweep = sweep;
        live = registry.live();
        maxKeyLength = registry.header().sizing().maxKeyLength();
        maxValueLength = registry.header().sizing().maxValueLength();
    }

    /** Runs a group; {@link #records()} says how many sequences it took. */
    int run(Group changes, long sequence, long nowNs) {
        assert registry.owner().isOwner();
        group = changes;
        batch = changes.batch();
        firstSequence = sequence + 1;
        nextSequence = firstSequence;
        timeNs = nowNs;
        int status = batch.length() == 0 ? Status.INVALID_REQUEST : reserve();
        if (status == Status.OK) {
            status = expect();
        }
        if (status == Status.OK) {
            status = compose();
        }
        if (status == Status.OK) {
            applyAll();
        }
        return status;
    }

    /** Sequences that the last group took: one for each entry that it changed. */
    long records() {
        return nextSequence - firstSequence;
    }

    /** Room for the longest records that the group could need. */
    private int reserve() {
        long lines = 0;
        for (int i = 0; i < batch.length(); i++) {
            int operation = group.operation(i);
            boolean writesValue =
                    operation == Group.PUT && batch.entry(i).value().length() > Bytes.INLINE_LENGTH;
            int key = batch.isByKey(i) ? batch.key(i).length() : operation == Group.DELETE ? maxKeyLength : 0;
            int value = writesValue ? batch.entry(i).value().length() : 0;
            lines += RecordLayout.linesFor(RecordLayout.KEY_EXTENSION_LENGTH
                    + RecordLayout.padded(key)
                    + RecordLayout.padded(value)
                    + RecordLayout.DEADLINE_EXTENSION_LENGTH);
            batch.status(i, Status.NOT_APPLIED);
        }
        if (lines * RecordLayout.LINE_LENGTH > RingSegment.LENGTH - RingSegment.HEADER_LENGTH) {
            return Status.BATCH_TOO_LONG;
        }
        return log.reserve((int) lines) ? Status.OK : Status.BACK_PRESSURED;
    }

    /** Finds every entry and compares its version, all before the first record: behind the last one nothing may fail. */
    private int expect() {
        registry.find(batch);
        for (int i = 0; i < batch.length(); i++) {
            begin(i);
            int status = locate(i);
            status = status == Status.OK ? compareVersion(i) : status;
            if (status != Status.OK) {
                batch.status(i, status);
                return status;
            }
        }
        return Status.OK;
    }

    private int compareVersion(int index) {
        long slot = slots[index];
        long expected = group.expectedVersion(index);
        if (slot != NO_SLOT) {
            boolean differs = expected != Group.ANY_VERSION && expected != versionOf(slot);
            batch.entry(index).identify(registry.handle(slot), versionOf(slot));
            return differs ? Status.VERSION_CONFLICT : Status.OK;
        }
        int operation = group.operation(index);
        boolean canBeUnknown = operation == Group.PUT
                || operation == Group.ADD
                || (operation == Group.CHECK && expected == Group.NO_ENTRY);
        boolean mayBeUnknown = expected == Group.ANY_VERSION || expected == Group.NO_ENTRY;
        return canBeUnknown && mayBeUnknown ? Status.OK : Status.NOT_FOUND;
    }

    private int compose() {
        long mark = log.mark();
        long chain = log.chain();
        int last = lastChange();
        int status = Status.OK;
        for (int i = 0; i <= last && status == Status.OK; i++) {
            writer.beginRecord();
            writer.groupFlags(flags(i, last));
            status = decide(i);
            note(i);
            if (status != Status.OK) {
                takeBack(i);
                log.rewind(mark, chain);
                nextSequence = firstSequence;
                batch.status(i, status);
            }
        }
        writer.groupFlags(RecordLayout.SINGLE);
        return status;
    }

    /** The index of the last entry that is changed: a check leaves no record. */
    private int lastChange() {
        int last = batch.length() - 1;
        while (last >= 0 && group.operation(last) == Group.CHECK) {
            last--;
        }
        return last;
    }

    private int flags(int index, int last) {
        int first = nextSequence == firstSequence ? RecordLayout.GROUP_FIRST : 0;
        return index == last ? first | RecordLayout.GROUP_LAST : first;
    }

    private void begin(int index) {
        slots[index] = NO_SLOT;
        records[index] = NO_RECORD;
        creates[index] = false;
        newValueBlocks[index] = Slab.NONE;
        newKeyBlocks[index] = Slab.NONE;
        oldValueBlocks[index] = Slab.NONE;
        oldKeyBlocks[index] = Slab.NONE;
    }

    /** What the writer took for this entry's record. */
    private void note(int index) {
        if (records[index] != NO_RECORD) {
            newValueBlocks[index] = writer.valueBlock();
            newKeyBlocks[index] = writer.keyBlock();
            nextSequence++;
        }
    }

    private int decide(int index) {
        long slot = slots[index];
        if (slot == NO_SLOT) {
            return create(index);
        }
        return switch (group.operation(index)) {
            case Group.CHECK -> Status.OK;
            case Group.PUT -> update(index, slot, batch.entry(index).value(), 0);
            case Group.ADD -> add(index, slot);
            case Group.CLEAR -> clear(index, slot);
            case Group.DELETE -> delete(index, slot);
            default -> Status.INVALID_REQUEST;
        };
    }

    private int locate(int index) {
        if (!batch.isByKey(index)) {
            if (!registry.isLive(batch.handle(index))) {
                return Status.STALE_HANDLE;
            }
            slots[index] = Handle.slot(batch.handle(index));
        } else if (batch.key(index).length() > maxKeyLength) {
            return Status.KEY_TOO_LONG;
        } else {
            slots[index] = registry.foundSlot(index);
        }
        return isRepeated(index) ? Status.INVALID_REQUEST : Status.OK;
    }

    /** Whether an entry before has the same slot, or is to create the same key: records are composed side by side. */
    private boolean isRepeated(int index) {
        for (int i = 0; i < index; i++) {
            boolean same = slots[index] == NO_SLOT // two keys that are unknown
                    ? slots[i] == NO_SLOT && batch.key(i).contentEquals(batch.key(index))
                    : slots[i] == slots[index];
            if (same) {
                return true;
            }
        }
        return false;
    }

    private int create(int index) {
        if (group.operation(index) == Group.CHECK) {
            return Status.OK; // its key is unknown, as expected
        }
        if (group.operation(index) == Group.PUT) {
            return create(index, batch.entry(index).value());
        }
        number.setInline(group.delta(index), 0, Long.BYTES);
        return create(index, number);
    }

    private int create(int index, Value value) {
        if (value.length() > maxValueLength) {
            return Status.VALUE_TOO_LONG;
        }
        long slot = registry.peekKeyed();
        if (slot < 0) {
            return Status.SLOTS_FULL;
        }
        long hash = registry.foundHash(index);
        long lane = registry.reserveLane(hash);
        if (lane == 0) {
            return Status.DIRECTORY_FULL;
        }
        int status = writer.writeInsert(
                slot, nextSequence, registry.nextGeneration(slot), timeNs, batch.key(index), value, 0);
        if (status == Status.OK) {
            registry.takePending(slot, lane, hash);
            slots[index] = slot;
            creates[index] = true;
            records[index] = writer.record();
        }
        return status;
    }

    private int update(int index, long slot, Value value, long deadlineNs) {
        if (value.length() > maxValueLength) {
            return Status.VALUE_TOO_LONG;
        }
        int oldWord = registry.word(slot);
        int generation = SlotLayout.generation(oldWord);
        int status = deadlineNs == 0 && !SlotLayout.hasDeadline(oldWord)
                ? writer.writeUpdate(slot, nextSequence, generation, timeNs, value)
                : writer.writeUpdate(slot, nextSequence, generation, timeNs, value, deadlineNs);
        return status == Status.OK ? replaced(index, slot, oldWord) : status;
    }

    private int add(int index, long slot) {
        int kind = SlotLayout.kind(registry.word(slot));
        if (!Sums.isNumber(kind)) {
            return Status.NOT_A_NUMBER;
        }
        long before = Sums.numberAt(registry.slotAddress(slot), kind);
        long delta = group.delta(index);
        if (Sums.overflows(before, delta)) {
            return Status.OVERFLOW;
        }
        number.setInline(before + delta, 0, Long.BYTES);
        long deadlineNs = SlotLayout.hasDeadline(registry.word(slot)) ? sweep.deadlineOf(slot) : 0;
        return update(index, slot, number, deadlineNs);
    }

    private int clear(int index, long slot) {
        int oldWord = registry.word(slot);
        if (SlotLayout.kind(oldWord) == SlotLayout.KIND_ABSENT) {
            return Status.ABSENT;
        }
        int status = writer.writeClear(slot, nextSequence, oldWord, timeNs);
        return status == Status.OK ? replaced(index, slot, oldWord) : status;
    }

    private int replaced(int index, long slot, int oldWord) {
        records[index] = writer.record();
        if (SlotLayout.kind(oldWord) == SlotLayout.KIND_SLAB) {
            oldValueBlocks[index] = Loads.getLong(registry.slotAddress(slot) + SlotLayout.VALUE_OFFSET);
        }
        return Status.OK;
    }

    private int delete(int index, long slot) {
        int oldWord = registry.word(slot);
        long record = registry.isKeyed(slot)
                ? writer.writeDelete(slot, RecordLayout.DELETE, nextSequence, SlotLayout.generation(oldWord), timeNs)
                : writer.writeFree(slot, nextSequence, SlotLayout.generation(oldWord), timeNs);
        assert record != MutationLog.REFUSED : "room was reserved";
        oldKeyBlocks[index] = registry.keyBlock(slot);
        return replaced(index, slot, oldWord);
    }

    private long versionOf(long slot) {
        return Loads.getLong(registry.slotAddress(slot)) >>> 1;
    }

    /** Gives back what the entries up to {@code last} took. */
    private void takeBack(int last) {
        for (int i = last; i >= 0; i--) {
            if (newValueBlocks[i] != Slab.NONE) {
                registry.freeBlock(newValueBlocks[i]);
            }
            if (newKeyBlocks[i] != Slab.NONE) {
                registry.freeBlock(newKeyBlocks[i]);
            }
            if (creates[i]) {
                registry.takeBack(slots[i], registry.foundHash(i));
            }
        }
        registry.settle();
    }

    private void applyAll() {
        log.persist(nextSequence - 1);
        live.beginGroup();
        for (int i = 0; i < batch.length(); i++) {
            if (records[i] != NO_RECORD) {
                if (isDelete(i) && registry.isKeyed(slots[i])) {
                    registry.forget(slots[i]);
                }
                applier.apply(records[i]);
            }
        }
        log.publish();
        live.endGroup();
        registry.settle();
        for (int i = 0; i < batch.length(); i++) {
            finish(i);
        }
    }

    private boolean isDelete(int index) {
        return group.operation(index) == Group.DELETE;
    }

    private void finish(int index) {
        batch.status(index, Status.OK);
        Entry entry = batch.entry(index);
        long slot = slots[index];
        if (slot == NO_SLOT) {
            entry.identify(Handle.NULL, 0); // a key that was checked to be unknown
            return;
        }
        entry.identify(registry.handle(slot), versionOf(slot));
        if (oldValueBlocks[index] != Slab.NONE) {
            registry.freeBlock(oldValueBlocks[index]);
        }
        if (oldKeyBlocks[index] != Slab.NONE) {
            registry.freeBlock(oldKeyBlocks[index]);
        }
        if (isDelete(index)) {
            registry.release(slot);
        }
    }
}
