package io.needletail.engine;

import io.needletail.registry.Registry;
import io.needletail.registry.Slab;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.SlotChecksum;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;

/**
 * Composes the record of a decision: takes the slab blocks it names, claims its room in the ring, fills and commits it. A
 * refusal leaves everything as it was.
 */
final class RecordWriter {
    private final Registry registry;
    private final MutationLog log;
    private final SlotChecksum checksum;

    private int groupFlags = RecordLayout.SINGLE;
    private long record;
    private long valueBlock = Slab.NONE;
    private long keyBlock = Slab.NONE;

    RecordWriter(Registry registry, MutationLog log) {
        this.registry = registry;
        this.log = log;
        checksum = registry.checksum();
    }

    /** The address of the record that was written last. */
    long record() {
        return record;
    }

    /** Whether the records from here on begin or end a group; {@link RecordLayout#SINGLE} for records on their own. */
    void groupFlags(int flags) {
        assert (flags & ~RecordLayout.SINGLE) == 0 : "flags=" + flags;
        groupFlags = flags;
    }

    /** The slab block that the record written last took for its value, or {@link Slab#NONE}; valid in a group. */
    long valueBlock() {
        return valueBlock;
    }

    /** The slab block that the record written last took for its key, or {@link Slab#NONE}; valid in a group. */
    long keyBlock() {
        return keyBlock;
    }

    /** Forgets the blocks of the record before: called in front of each record of a group. */
    void beginRecord() {
        valueBlock = Slab.NONE;
        keyBlock = Slab.NONE;
    }

    /** A record of one line. Answers its address or {@link MutationLog#REFUSED}. */
    long writeLine(long slot, int operation, long sequence, int word, long timeNs, long value0, long value1) {
        assert sequence > 0 : "sequence=" + sequence;
        assert RecordLayout.isChange(operation) : "operation=" + operation;
        record = log.claim(1);
        if (record != MutationLog.REFUSED) {
            long header = RecordLayout.header(slot, 1, operation, groupFlags);
            log.append(record, header, sequence, seal(slot, word, sequence, value0, value1), timeNs, value0, value1);
        }
        return record;
    }

    /** Gives an entry of the retry table to a client. */
    int writeSession(int entry, long sequence, long timeNs, long clientHigh, long clientLow) {
        record = log.claim(1);
        if (record == MutationLog.REFUSED) {
            return Status.BACK_PRESSURED;
        }
        long header = RecordLayout.header(entry, 1, RecordLayout.SESSION, groupFlags);
        long seal = seal(entry, 0, sequence, clientHigh, clientLow);
        log.append(record, header, sequence, seal, timeNs, clientHigh, clientLow);
        return Status.OK;
    }

    int writeUpdate(long slot, long sequence, int generation, long timeNs, Value value) {
        assert sequence > 0 : "sequence=" + sequence;
        assert generation >= 1 : "generation=" + generation;
        if (value.length() <= Bytes.INLINE_LENGTH) {
            int word = SlotLayout.word(generation, SlotLayout.KIND_INLINE + value.length());
            long written = writeLine(slot, RecordLayout.UPDATE, sequence, word, timeNs, value.word0(), value.word1());
            return written == MutationLog.REFUSED ? Status.BACK_PRESSURED : Status.OK;
        }
        keyBlock = Slab.NONE;
        valueBlock = registry.allocateBlock(value.length());
        if (valueBlock == Slab.NONE) {
            return Status.SLAB_FULL;
        }
        int lines = RecordLayout.linesFor(RecordLayout.padded(value.length()));
        record = log.claim(lines);
        if (record == MutationLog.REFUSED) {
            return giveBack(Status.BACK_PRESSURED);
        }
        putBytes(record + RecordLayout.EXTENSION_OFFSET, value, endOf(lines));
        long header = RecordLayout.header(slot, lines, RecordLayout.UPDATE, groupFlags | RecordLayout.VALUE_BYTES);
        commit(header, slot, sequence, generation, timeNs, value, 0);
        return Status.OK;
    }

    /** An update that also sets the slot's deadline, or takes it away with 0. */
    int writeUpdate(long slot, long sequence, int generation, long timeNs, Value value, long deadlineNs) {
        assert registry.isKeyed(slot) : "slot=" + slot;
        assert deadlineNs >= 0 : "deadlineNs=" + deadlineNs;
        boolean longValue = value.length() > Bytes.INLINE_LENGTH;
        keyBlock = Slab.NONE;
        valueBlock = Slab.NONE;
        if (longValue && (valueBlock = registry.allocateBlock(value.length())) == Slab.NONE) {
            return Status.SLAB_FULL;
        }
        int padded = longValue ? RecordLayout.padded(value.length()) : 0;
        int lines = RecordLayout.linesFor(padded + RecordLayout.DEADLINE_EXTENSION_LENGTH);
        record = log.claim(lines);
        if (record == MutationLog.REFUSED) {
            return giveBack(Status.BACK_PRESSURED);
        }
        long at = record + RecordLayout.EXTENSION_OFFSET;
        if (longValue) {
            Stores.copyPadded(value.array(), value.length(), at, padded);
        }
        putDeadline(at + padded, deadlineNs, endOf(lines));
        int flags = groupFlags | RecordLayout.DEADLINE | (longValue ? RecordLayout.VALUE_BYTES : 0);
        long header = RecordLayout.header(slot, lines, RecordLayout.UPDATE, flags);
        commit(header, slot, sequence, generation, timeNs, value, deadlineNs);
        return Status.OK;
    }

    /** Changes the deadline of a keyed slot, with {@code operation} TOUCH, or takes it away with the value, with CLEAR. */
    int writeDeadline(long slot, int operation, long sequence, long timeNs, long deadlineNs) {
        assert registry.isKeyed(slot) : "slot=" + slot;
        assert operation == RecordLayout.TOUCH || deadlineNs == 0 : "deadlineNs=" + deadlineNs;
        long address = registry.slotAddress(slot);
        boolean clears = operation == RecordLayout.CLEAR;
        long value0 = clears ? 0 : Loads.getLong(address + SlotLayout.VALUE_OFFSET);
        long value1 = clears ? 0 : Loads.getLong(address + SlotLayout.VALUE_OFFSET + 8);
        int oldWord = registry.word(slot);
        int kind = clears ? SlotLayout.KIND_ABSENT : SlotLayout.kind(oldWord);
        int lines = RecordLayout.linesFor(RecordLayout.DEADLINE_EXTENSION_LENGTH);
        record = log.claim(lines);
        if (record == MutationLog.REFUSED) {
            return Status.BACK_PRESSURED;
        }
        putDeadline(record + RecordLayout.EXTENSION_OFFSET, deadlineNs, endOf(lines));
        int word = wordOf(SlotLayout.generation(oldWord), kind, deadlineNs);
        long header = RecordLayout.header(slot, lines, operation, groupFlags | RecordLayout.DEADLINE);
        long seal = seal(slot, word, sequence, value0, value1, deadlineNs);
        log.appendExtended(record, header, sequence, seal, timeNs, value0, value1);
        return Status.OK;
    }

    /** Takes a slot's value away, and its deadline. */
    int writeClear(long slot, long sequence, int oldWord, long timeNs) {
        if (SlotLayout.hasDeadline(oldWord)) {
            return writeDeadline(slot, RecordLayout.CLEAR, sequence, timeNs, 0);
        }
        int word = SlotLayout.word(SlotLayout.generation(oldWord), SlotLayout.KIND_ABSENT);
        long written = writeLine(slot, RecordLayout.CLEAR, sequence, word, timeNs, 0, 0);
        return written == MutationLog.REFUSED ? Status.BACK_PRESSURED : Status.OK;
    }

    /** Frees an anonymous slot. Answers the record's address or {@link MutationLog#REFUSED}. */
    long writeFree(long slot, long sequence, int generation, long timeNs) {
        assert !registry.isKeyed(slot) : "slot=" + slot;
        int word = SlotLayout.word(generation, SlotLayout.KIND_FREE);
        return writeLine(slot, RecordLayout.FREE, sequence, word, timeNs, 0, 0);
    }

    private static int wordOf(int generation, int kind, long deadlineNs) {
        int word = SlotLayout.word(generation, kind);
        return deadlineNs == 0 ? word : word | SlotLayout.TTL;
    }

    private static void putDeadline(long at, long deadlineNs, long end) {
        Stores.putLong(at, deadlineNs);
        zero(at + RecordLayout.DEADLINE_EXTENSION_LENGTH, end);
    }

    /** A new key with a value, or without one when {@code value} is null; a deadline of 0 is none. */
    int writeInsert(long slot, long sequence, int generation, long timeNs, Key key, Value value, long deadlineNs) {
        assert registry.isKeyed(slot) : "slot=" + slot;
        assert key.length() > 0 : "an empty key";
        boolean longKey = key.length() > Bytes.INLINE_LENGTH;
        boolean longValue = value != null && value.length() > Bytes.INLINE_LENGTH;
        keyBlock = Slab.NONE;
        valueBlock = Slab.NONE;
        if (longKey && (keyBlock = registry.allocateBlock(key.length())) == Slab.NONE) {
            return Status.SLAB_FULL;
        }
        if (longValue && (valueBlock = registry.allocateBlock(value.length())) == Slab.NONE) {
            return giveBack(Status.SLAB_FULL);
        }
        int keyLength = RecordLayout.KEY_EXTENSION_LENGTH + (longKey ? RecordLayout.padded(key.length()) : 0);
        int valueLength = longValue ? RecordLayout.padded(value.length()) : 0;
        int lastExtensionLength = deadlineNs == 0 ? 0 : RecordLayout.DEADLINE_EXTENSION_LENGTH;
        int lines = RecordLayout.linesFor(keyLength + valueLength + lastExtensionLength);
        record = log.claim(lines);
        if (record == MutationLog.REFUSED) {
            return giveBack(Status.BACK_PRESSURED);
        }
        long at = putKey(record + RecordLayout.EXTENSION_OFFSET, key, longKey);
        if (longValue) {
            Stores.copyPadded(value.array(), value.length(), at, valueLength);
        }
        zero(at + valueLength, endOf(lines));
        if (deadlineNs != 0) {
            Stores.putLong(at + valueLength, deadlineNs);
        }
        int flags = groupFlags
                | RecordLayout.KEY
                | (longValue ? RecordLayout.VALUE_BYTES : 0)
                | (deadlineNs == 0 ? 0 : RecordLayout.DEADLINE);
        long header = RecordLayout.header(slot, lines, RecordLayout.INSERT, flags);
        commit(header, slot, sequence, generation, timeNs, value, deadlineNs);
        return Status.OK;
    }

    /** Frees a keyed slot, by DELETE or EXPIRE; the record carries the key for whoever follows the log. */
    long writeDelete(long slot, int operation, long sequence, int generation, long timeNs) {
        assert operation == RecordLayout.DELETE || operation == RecordLayout.EXPIRE : "operation=" + operation;
        assert registry.isKeyed(slot) : "slot=" + slot;
        assert sequence > 0 : "sequence=" + sequence;
        long address = registry.slotAddress(slot);
        long keyMeta = Loads.getLong(address + SlotLayout.KEY_META_OFFSET);
        long key0 = Loads.getLong(address + SlotLayout.KEY_OFFSET);
        int length = SlotLayout.keyLength(keyMeta);
        int padded = Registry.isInline(length) ? 0 : RecordLayout.padded(length);
        int lines = RecordLayout.linesFor(RecordLayout.KEY_EXTENSION_LENGTH + padded);
        record = log.claim(lines);
        if (record == MutationLog.REFUSED) {
            return MutationLog.REFUSED;
        }
        long at = putKeyWords(
                record + RecordLayout.EXTENSION_OFFSET,
                keyMeta,
                key0,
                Loads.getLong(address + SlotLayout.KEY_OFFSET + 8));
        if (padded > 0) {
            Stores.copy(registry.slab().address(key0), at, padded);
        }
        zero(at + padded, endOf(lines));
        int word = SlotLayout.word(generation, SlotLayout.KIND_FREE);
        long header = RecordLayout.header(slot, lines, operation, groupFlags | RecordLayout.KEY);
        log.appendExtended(record, header, sequence, seal(slot, word, sequence, 0, 0), timeNs, 0, 0);
        return record;
    }

    private void commit(
            long header, long slot, long sequence, int generation, long timeNs, Value value, long deadlineNs) {
        int kind = kindOf(value);
        long value0 = kind == SlotLayout.KIND_ABSENT ? 0 : value.word0();
        long value1 = kind == SlotLayout.KIND_ABSENT ? 0 : value.word1();
        if (kind == SlotLayout.KIND_SLAB) {
            value0 = valueBlock;
            value1 = SlotLayout.blockMeta(value.length(), registry.slab().crcOf(value));
        }
        int word = wordOf(generation, kind, deadlineNs);
        long seal = seal(slot, word, sequence, value0, value1, deadlineNs);
        log.appendExtended(record, header, sequence, seal, timeNs, value0, value1);
    }

    private static int kindOf(Value value) {
        if (value == null) {
            return SlotLayout.KIND_ABSENT;
        }
        return value.length() <= Bytes.INLINE_LENGTH ? SlotLayout.KIND_INLINE + value.length() : SlotLayout.KIND_SLAB;
    }

    private long seal(long slot, int word, long sequence, long value0, long value1) {
        return SlotLayout.seal(checksum.of(slot, word, sequence << 1, value0, value1), word);
    }

    private long seal(long slot, int word, long sequence, long value0, long value1, long deadlineNs) {
        return SlotLayout.seal(checksum.of(slot, word, sequence << 1, value0, value1, deadlineNs), word);
    }

    private long putKey(long at, Key key, boolean longKey) {
        long bytes = putKeyWords(
                at,
                SlotLayout.keyMeta(key.crc32c(), key.length()),
                longKey ? keyBlock : key.word0(),
                longKey ? 0 : key.word1());
        if (!longKey) {
            return bytes;
        }
        int padded = RecordLayout.padded(key.length());
        Stores.copyPadded(key.array(), key.length(), bytes, padded);
        return bytes + padded;
    }

    private static long putKeyWords(long at, long keyMeta, long key0, long key1) {
        Stores.putLong(at, keyMeta);
        Stores.putLong(at + 8, key0);
        Stores.putLong(at + 16, key1);
        return at + RecordLayout.KEY_EXTENSION_LENGTH;
    }

    private void putBytes(long at, Value value, long end) {
        assert (at & 7) == 0 : "at=" + at;
        assert at + value.length() <= end : "length=" + value.length() + " room=" + (end - at);
        int padded = RecordLayout.padded(value.length());
        Stores.copyPadded(value.array(), value.length(), at, padded);
        zero(at + padded, end);
    }

    private long endOf(int lines) {
        return record + (long) lines * RecordLayout.LINE_LENGTH;
    }

    private static void zero(long from, long to) {
        assert from <= to : "from=" + from + " to=" + to;
        for (long at = from; at < to; at += Long.BYTES) {
            Stores.putLong(at, 0L);
        }
    }

    private int giveBack(int status) {
        assert status != Status.OK : "a refusal";
        if (keyBlock != Slab.NONE) {
            registry.freeBlock(keyBlock);
        }
        if (valueBlock != Slab.NONE) {
            registry.freeBlock(valueBlock);
        }
        return status;
    }
}
