package io.needletail.registry;

import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.SlabLayout;
import io.needletail.registry.view.SlotLayout;
import java.util.zip.CRC32C;

/**
 * Puts what was read from another region into this one: slots that stood still, blocks, the retry table. Every number is compared with this
 * region's limits before it is used. For the mirror's thread, while nobody is served.
 */
public final class CopiedSlots {
    public static final long NO_BLOCK = -1;

    private final Registry registry;
    private final long[] blocks;
    private final long keyedSlots;
    private final int maxKeyLength;
    private final int maxValueLength;
    private final CRC32C crc = new CRC32C();
    private final byte[] bytes;

    public CopiedSlots(Registry registry) {
        this.registry = registry;
        var sizing = registry.header().sizing();
        blocks = sizing.slabBlocks();
        keyedSlots = sizing.keyedSlots();
        maxKeyLength = sizing.maxKeyLength();
        maxValueLength = sizing.maxValueLength();
        bytes = new byte[Math.max(Math.max(maxKeyLength, maxValueLength), RetryLayout.CHECK_OFFSET)];
    }

    /** Whether the bytes at an address are this slot as it was at some time, its key's bytes apart. Total. */
    public boolean isWhole(long slot, long address) {
        int kind = kind(address);
        return registry.checksum().isWhole(slot, slot < keyedSlots, address)
                && kind <= SlotLayout.KIND_SLAB
                && (kind != SlotLayout.KIND_SLAB
                        || isBlock(
                                Loads.getLong(address + SlotLayout.VALUE_OFFSET), valueLength(address), maxValueLength))
                && (!hasKey(slot, kind) || isKey(address));
    }

    private boolean hasKey(long slot, int kind) {
        return slot < keyedSlots && kind != SlotLayout.KIND_FREE;
    }

    private boolean isKey(long address) {
        int length = keyLength(address);
        long word0 = Loads.getLong(address + SlotLayout.KEY_OFFSET);
        if (length > Bytes.INLINE_LENGTH) {
            return isBlock(word0, length, maxKeyLength);
        }
        Loads.copy(address + SlotLayout.KEY_OFFSET, bytes, 0, length);
        return crcOf(length) == keyCrc(address);
    }

    private int crcOf(int length) {
        crc.reset();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private boolean isBlock(long block, int length, int longest) {
        int sizeClass = SlabLayout.sizeClass(block);
        return length > 0
                && length <= longest
                && sizeClass < SlabLayout.CLASSES
                && SlabLayout.index(block) < blocks[sizeClass]
                && length <= SlabLayout.blockLength(sizeClass);
    }

    private static int kind(long address) {
        return SlotLayout.kind(SlotLayout.word(Loads.getLong(address + SlotLayout.SEAL_OFFSET)));
    }

    /** Of a slot that is whole. */
    public long keyBlock(long slot, long address) {
        boolean isLong = hasKey(slot, kind(address)) && keyLength(address) > Bytes.INLINE_LENGTH;
        return isLong ? Loads.getLong(address + SlotLayout.KEY_OFFSET) : NO_BLOCK;
    }

    public int keyLength(long address) {
        return SlotLayout.keyLength(Loads.getLong(address + SlotLayout.KEY_META_OFFSET));
    }

    public int keyCrc(long address) {
        return SlotLayout.keyCrc(Loads.getLong(address + SlotLayout.KEY_META_OFFSET));
    }

    /** Of a slot that is whole. */
    public long valueBlock(long slot, long address) {
        return kind(address) == SlotLayout.KIND_SLAB ? Loads.getLong(address + SlotLayout.VALUE_OFFSET) : NO_BLOCK;
    }

    public int valueLength(long address) {
        return SlotLayout.blockLength(Loads.getLong(address + SlotLayout.VALUE_OFFSET + 8));
    }

    public int valueCrc(long address) {
        return SlotLayout.blockCrc(Loads.getLong(address + SlotLayout.VALUE_OFFSET + 8));
    }

    /** Where a block stands in a region of this layout. */
    public long offset(long block, RegionLayout layout) {
        int sizeClass = SlabLayout.sizeClass(block);
        return layout.slabOffset(sizeClass) + SlabLayout.index(block) * SlabLayout.blockLength(sizeClass);
    }

    /** Puts a block's bytes; false when they are not what its slot says, because it was used again. */
    public boolean putBlock(long block, long from, int length, int expectedCrc) {
        Loads.copy(from, bytes, 0, length);
        if (crcOf(length) != expectedCrc) {
            return false;
        }
        Stores.copyPadded(bytes, length, registry.slab().address(block), (length + 7) & -8);
        return true;
    }

    /** Puts a slot that is whole, its blocks before it; one that the log has made newer stays. */
    public boolean put(long slot, long from) {
        long version = SlotLayout.version(Loads.getLong(from));
        long to = registry.slotAddress(slot);
        if (version <= SlotLayout.version(Loads.getLong(to))) {
            return true;
        }
        long seal = Loads.getLong(from + SlotLayout.SEAL_OFFSET);
        long value0 = Loads.getLong(from + SlotLayout.VALUE_OFFSET);
        long value1 = Loads.getLong(from + SlotLayout.VALUE_OFFSET + 8);
        if (slot < keyedSlots) {
            SlotWriter.writeKeyed(
                    to,
                    version,
                    seal,
                    value0,
                    value1,
                    Loads.getLong(from + SlotLayout.DEADLINE_OFFSET),
                    Loads.getLong(from + SlotLayout.KEY_META_OFFSET),
                    Loads.getLong(from + SlotLayout.KEY_OFFSET),
                    Loads.getLong(from + SlotLayout.KEY_OFFSET + 8));
        } else {
            SlotWriter.write(to, version, seal, value0, value1);
        }
        return true;
    }

    /** Puts entries of the retry table; false when one has no whole copy, and must be read again. */
    public boolean putRetryEntries(long from, int first, int count) {
        for (int i = 0; i < 2 * count; i += 2) {
            long copy = from + (long) i * RetryLayout.COPY_LENGTH;
            if (!isWholeCopy(copy) && !isWholeCopy(copy + RetryLayout.COPY_LENGTH)) {
                return false;
            }
        }
        Stores.copy(from, registry.retries().address(first), (long) count * RetryLayout.ENTRY_LENGTH);
        return true;
    }

    private boolean isWholeCopy(long copy) {
        Loads.copy(copy, bytes, 0, RetryLayout.CHECK_OFFSET);
        long check = Loads.getLong(copy + RetryLayout.CHECK_OFFSET);
        boolean isZero = check == 0;
        for (int i = 0; i < RetryLayout.CHECK_OFFSET && isZero; i++) {
            isZero = bytes[i] == 0;
        }
        return isZero || check == (crcOf(RetryLayout.CHECK_OFFSET) & 0xFFFF_FFFFL);
    }

    /** Behind the last of them. */
    public boolean loadRetryTable() {
        return registry.retries().load();
    }
}
