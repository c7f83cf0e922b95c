package io.needletail.client.remote;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.SlabLayout;
import io.needletail.registry.view.SlotChecksum;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.util.zip.CRC32C;

/**
 * Says what bytes are that one read brought from a slot, or from a block: they may be of two moments. Total: any bytes give an answer, and
 * nothing in them is followed before it was compared with the region's limits. For one thread.
 */
final class RemoteSlots {
    /** The bytes are not a slot as it ever was: to be read again. */
    static final int TORN = -1;
    /** A long value stands in a block, which is to be read. */
    static final int IN_BLOCK = -2;

    private final RegionHeader header;
    private final SlotChecksum checksum;
    private final long[] slabBlocks;
    private final long keyedSlots;
    private final long slots;
    private final CRC32C crc = new CRC32C();

    RemoteSlots(RegionHeader header) {
        this.header = header;
        checksum = new SlotChecksum(header.dataSetIdHigh(), header.dataSetIdLow(), header.shard());
        slabBlocks = header.sizing().slabBlocks();
        keyedSlots = header.sizing().keyedSlots();
        slots = keyedSlots + header.sizing().anonymousSlots();
    }

    /** Whether a handle can be one of this region at all. */
    boolean has(long handle) {
        return Handle.shard(handle) == header.shard() && Handle.slot(handle) < slots;
    }

    /** Bytes of a handle's slot. */
    int length(long handle) {
        return Handle.slot(handle) < keyedSlots ? SlotLayout.KEYED_LENGTH : SlotLayout.ANONYMOUS_LENGTH;
    }

    /** Where a handle's slot stands in the region. */
    long offset(long handle) {
        assert has(handle) : "handle=" + handle;
        long slot = Handle.slot(handle);
        return slot < keyedSlots
                ? header.layout().keyedOffset() + slot * SlotLayout.KEYED_LENGTH
                : header.layout().anonymousOffset() + (slot - keyedSlots) * SlotLayout.ANONYMOUS_LENGTH;
    }

    /**
     * Reads what one read brought.
     *
     * @return OK, ABSENT, STALE_HANDLE, VALUE_TOO_LONG, {@link #TORN}, or {@link #IN_BLOCK}
     */
    int take(long address, long handle, Entry into) {
        long version = Loads.getLong(address);
        long seal = Loads.getLong(address + SlotLayout.SEAL_OFFSET);
        long value0 = Loads.getLong(address + SlotLayout.VALUE_OFFSET);
        long value1 = Loads.getLong(address + SlotLayout.VALUE_OFFSET + 8);
        if (!checksum.isWhole(Handle.slot(handle), Handle.slot(handle) < keyedSlots, address)) {
            return TORN;
        }
        into.identify(handle, SlotLayout.version(version));
        int word = SlotLayout.word(seal);
        int kind = SlotLayout.kind(word);
        if (SlotLayout.generation(word) != Handle.generation(handle) || kind == SlotLayout.KIND_FREE) {
            return Status.STALE_HANDLE;
        }
        if (SlotLayout.isInline(kind)) {
            into.value().setInline(value0, value1, kind - SlotLayout.KIND_INLINE);
            return Status.OK;
        }
        if (kind != SlotLayout.KIND_SLAB) {
            return kind == SlotLayout.KIND_ABSENT ? Status.ABSENT : Status.STALE_HANDLE;
        }
        int length = SlotLayout.blockLength(value1);
        if (!isBlock(value0, length)) {
            return TORN;
        }
        return length <= into.value().capacity() ? IN_BLOCK : Status.VALUE_TOO_LONG;
    }

    private boolean isBlock(long block, int length) {
        int sizeClass = SlabLayout.sizeClass(block);
        return length > 0
                && length <= header.sizing().maxValueLength()
                && sizeClass < SlabLayout.CLASSES
                && SlabLayout.index(block) < slabBlocks[sizeClass]
                && length <= SlabLayout.blockLength(sizeClass);
    }

    /** Where the block stands in the region that a slot names for which {@link #take} answered {@link #IN_BLOCK}. */
    long blockOffset(long slotAddress) {
        long block = Loads.getLong(slotAddress + SlotLayout.VALUE_OFFSET);
        int sizeClass = SlabLayout.sizeClass(block);
        return header.layout().slabOffset(sizeClass) + SlabLayout.index(block) * SlabLayout.blockLength(sizeClass);
    }

    int blockBytes(long slotAddress) {
        return SlotLayout.blockLength(Loads.getLong(slotAddress + SlotLayout.VALUE_OFFSET + 8));
    }

    /** Takes the value out of its block's bytes; false when they are not what the slot said, because it has changed since. */
    boolean takeBlock(long slotAddress, long blockAddress, Value into) {
        long meta = Loads.getLong(slotAddress + SlotLayout.VALUE_OFFSET + 8);
        into.setFromMemory(blockAddress, SlotLayout.blockLength(meta));
        crc.reset();
        crc.update(into.array(), 0, into.length());
        return (int) crc.getValue() == SlotLayout.blockCrc(meta);
    }
}
