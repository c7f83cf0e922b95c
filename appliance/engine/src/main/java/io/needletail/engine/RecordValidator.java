package io.needletail.engine;

import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordChain;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.SlabLayout;
import io.needletail.registry.view.SlotChecksum;
import io.needletail.registry.view.SlotLayout;

/**
 * Says whether the bytes at an address are the record that continues a chain. Total: any bytes give true or false, and
 * nothing outside the segment is looked at. A record that passes can be applied without a further check.
 */
public final class RecordValidator {
    private final SlotChecksum checksum;
    private final RegionSizing sizing;
    private final long[] slabBlocks;
    private int lastExtensionOffset;

    /** For records of the region with this header, wherever they lie; for one thread. */
    public RecordValidator(RegionHeader header) {
        checksum = new SlotChecksum(header.dataSetIdHigh(), header.dataSetIdLow(), header.shard());
        sizing = header.sizing();
        slabBlocks = sizing.slabBlocks();
    }

    private boolean isSlot(long slot) {
        return slot < sizing.keyedSlots() + sizing.anonymousSlots();
    }

    private boolean isKeyed(long slot) {
        return slot < sizing.keyedSlots();
    }

    /** The chain after the record at {@code address}, which must lie in {@code room} bytes; 0 when it is none. */
    public long chainAfter(long address, long room, long chain) {
        if (room < RecordLayout.LINE_LENGTH) {
            return 0;
        }
        long header = Loads.getLongAcquire(address);
        int lines = RecordLayout.lines(header);
        int flags = RecordLayout.flags(header);
        boolean isPad = RecordLayout.operation(header) == RecordLayout.PAD;
        if (!fits(header, room) || isPad && flags != RecordLayout.SINGLE) {
            return 0;
        }
        long next = RecordChain.behind(chain, address, header);
        if (next == 0 || Loads.getLong(address + RecordLayout.CHAIN_OFFSET) != next) {
            return 0;
        }
        return isPad || isApplicable(address, header, lines, flags) ? next : 0;
    }

    /** What the chain must be at a record, whatever stands there for it; 0 when the record does not fit into the room. */
    long chainAt(long address, long room, long chain) {
        long header = room < RecordLayout.LINE_LENGTH ? 0 : Loads.getLong(address);
        return fits(header, room) ? RecordChain.behind(chain, address, header) : 0;
    }

    private static boolean fits(long header, long room) {
        int lines = RecordLayout.lines(header);
        return lines >= 1
                && (long) lines * RecordLayout.LINE_LENGTH <= room
                && (RecordLayout.flags(header) & ~RecordLayout.KNOWN_FLAGS) == 0;
    }

    /** The sequence of the change at {@code address}, whatever it continues; 0 when there is none that is sealed. */
    long sequenceOf(long address, long room) {
        long header = room < RecordLayout.LINE_LENGTH ? 0 : Loads.getLong(address);
        boolean isChange = fits(header, room)
                && isApplicable(address, header, RecordLayout.lines(header), RecordLayout.flags(header));
        return isChange ? Loads.getLong(address + RecordLayout.VERSION_OFFSET) : 0;
    }

    private boolean isApplicable(long address, long header, int lines, int flags) {
        assert lines >= 1 : "lines=" + lines;
        assert (flags & ~RecordLayout.KNOWN_FLAGS) == 0 : "flags=" + flags;
        long slot = RecordLayout.slot(header);
        int operation = RecordLayout.operation(header);
        long sequence = Loads.getLong(address + RecordLayout.VERSION_OFFSET);
        long origin = Loads.getLong(address + RecordLayout.ORIGIN_OFFSET);
        if (origin != 0 && !isOrigin(origin)) {
            return false;
        }
        if (operation == RecordLayout.SESSION) {
            return sequence > 0
                    && lines == 1
                    && flags == RecordLayout.SINGLE
                    && origin == 0
                    && isSession(address, slot);
        }
        if (!RecordLayout.isChange(operation) || !isSlot(slot)) {
            return false;
        }
        long value0 = Loads.getLong(address + RecordLayout.VALUE_OFFSET);
        long value1 = Loads.getLong(address + RecordLayout.VALUE_OFFSET + 8);
        return sequence > 0
                && extensionsFit(address, slot, lines, flags, value0, value1)
                && isSealed(address, slot, lines, flags, value0, value1);
    }

    private boolean isOrigin(long origin) {
        int entry = RecordLayout.retryEntry(origin);
        return entry >= 0 && entry < sizing.retrySessions() && RecordLayout.request(origin) > 0;
    }

    /** An entry of the retry table stands where a slot does elsewhere; the seal is made the same way, with an empty word. */
    private boolean isSession(long address, long entry) {
        long value0 = Loads.getLong(address + RecordLayout.VALUE_OFFSET);
        long value1 = Loads.getLong(address + RecordLayout.VALUE_OFFSET + 8);
        return entry < sizing.retrySessions()
                && (value0 | value1) != 0
                && isSealed(address, entry, 1, RecordLayout.SINGLE, value0, value1);
    }

    private boolean extensionsFit(long address, long slot, int lines, int flags, long value0, long value1) {
        assert isSlot(slot) : "slot=" + slot;
        int length = 0;
        if ((flags & RecordLayout.KEY) != 0) {
            if (!isKeyed(slot) || lines < 2) {
                return false;
            }
            int key = keyExtension(address + RecordLayout.EXTENSION_OFFSET);
            if (key < 0) {
                return false;
            }
            length += key;
        }
        if ((flags & RecordLayout.VALUE_BYTES) != 0) {
            int value = SlotLayout.blockLength(value1);
            if (value > sizing.maxValueLength() || !isBlock(value0, value)) {
                return false;
            }
            length += RecordLayout.padded(value);
        }
        if ((flags & RecordLayout.DEADLINE) != 0) {
            if (!isKeyed(slot)) {
                return false;
            }
            lastExtensionOffset = RecordLayout.EXTENSION_OFFSET + length;
            length += RecordLayout.DEADLINE_EXTENSION_LENGTH;
        }
        return RecordLayout.linesFor(length) == lines;
    }

    /** The seal covers the value, and the deadline where there is one; the extensions are known to fit. */
    private boolean isSealed(long address, long slot, int lines, int flags, long value0, long value1) {
        assert lines >= 1 : "lines=" + lines;
        long seal = Loads.getLong(address + RecordLayout.SEAL_OFFSET);
        long version = Loads.getLong(address + RecordLayout.VERSION_OFFSET) << 1;
        int word = SlotLayout.word(seal);
        long deadlineNs = (flags & RecordLayout.DEADLINE) == 0 ? 0 : Loads.getLong(address + lastExtensionOffset);
        return deadlineNs >= 0
                && SlotLayout.hasDeadline(word) == (deadlineNs > 0)
                && checksum.of(slot, word, version, value0, value1, deadlineNs) == SlotLayout.checksum(seal);
    }

    /** Bytes of the key extension, or -1. */
    private int keyExtension(long extension) {
        int length = SlotLayout.keyLength(Loads.getLong(extension));
        if (length <= Bytes.INLINE_LENGTH) {
            return RecordLayout.KEY_EXTENSION_LENGTH;
        }
        boolean fits = length <= sizing.maxKeyLength() && isBlock(Loads.getLong(extension + 8), length);
        return fits ? RecordLayout.KEY_EXTENSION_LENGTH + RecordLayout.padded(length) : -1;
    }

    private boolean isBlock(long block, int length) {
        int sizeClass = SlabLayout.sizeClass(block);
        return sizeClass < SlabLayout.CLASSES
                && SlabLayout.index(block) < slabBlocks[sizeClass]
                && length > 0
                && length <= SlabLayout.blockLength(sizeClass);
    }
}
