package io.needletail.registry;

import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.SlotLayout;

/**
 * One pass over all slots after a start: checks each checksum, puts keys into the directory, takes slots and blocks out of
 * the free lists. What is derived is rebuilt, never recovered. Stops at the first slot that is not whole.
 *
 * <p>A key's lane stands anywhere in memory. So keys are gathered, and of {@value #WINDOW} at a time the lines are touched by a loop
 * that does nothing else, which has many waits under way at once; then each finds its lines there.
 */
public final class Rebuild {
    private static final int WINDOW = 64;

    private final Registry registry;
    private final KeyedSlots keyed;
    private final Directory directory;
    private final Slab slab;

    private final long[] gatheredSlots = new long[WINDOW];
    private final long[] gatheredHashes = new long[WINDOW];
    private int gathered;
    /** Written so that the touches are not optimised away. */
    private long touched;

    private long maxSequence;
    private long live;
    private long faultSlot = -1;
    private RegionFault fault = RegionFault.NONE;

    Rebuild(Registry registry, KeyedSlots keyed, Directory directory) {
        this.registry = registry;
        this.keyed = keyed;
        this.directory = directory;
        this.slab = registry.slab();
    }

    void run() {
        long slots = registry.slots();
        for (long slot = 0; slot < slots && fault == RegionFault.NONE; slot++) {
            long address = registry.slotAddress(slot);
            long version = Loads.getLong(address);
            fault = version != 0 ? visit(slot, address, version) : visitUnused(slot, address);
            faultSlot = fault == RegionFault.NONE ? -1 : slot;
            if (gathered == WINDOW) {
                index();
            }
        }
        index();
    }

    /** Puts the gathered keys into the directory, until there is a fault. */
    private void index() {
        long all = 0;
        for (int i = 0; i < gathered; i++) {
            all |= directory.touch(gatheredHashes[i]);
        }
        touched = all;
        for (int i = 0; i < gathered && fault == RegionFault.NONE; i++) {
            fault = index(gatheredSlots[i], gatheredHashes[i]);
            faultSlot = fault == RegionFault.NONE ? -1 : gatheredSlots[i];
        }
        gathered = 0;
    }

    /** A slot that was never used is all zeros; a version of zero over anything else was not written by us. */
    private RegionFault visitUnused(long slot, long address) {
        int length = registry.isKeyed(slot) ? SlotLayout.KEYED_LENGTH : SlotLayout.ANONYMOUS_LENGTH;
        return isZero(address, length) ? RegionFault.NONE : RegionFault.SLOT_DAMAGED;
    }

    private static boolean isZero(long address, int length) {
        long any = 0;
        for (int offset = 0; offset < length; offset += Long.BYTES) {
            any |= Loads.getLong(address + offset);
        }
        return any == 0;
    }

    private RegionFault visit(long slot, long address, long version) {
        assert version != 0 : "slot=" + slot;
        assert address == registry.slotAddress(slot) : "slot=" + slot;
        long seal = Loads.getLong(address + SlotLayout.SEAL_OFFSET);
        long value0 = Loads.getLong(address + SlotLayout.VALUE_OFFSET);
        long value1 = Loads.getLong(address + SlotLayout.VALUE_OFFSET + 8);
        int word = SlotLayout.word(seal);
        long deadlineNs = registry.isKeyed(slot) ? Loads.getLong(address + SlotLayout.DEADLINE_OFFSET) : 0;
        boolean sealed = (version & 1) == 0
                && SlotLayout.hasDeadline(word) == (deadlineNs > 0)
                && deadlineNs >= 0
                && registry.checksum().of(slot, word, version, value0, value1, deadlineNs) == SlotLayout.checksum(seal);
        int kind = SlotLayout.kind(word);
        if (!sealed || kind > SlotLayout.KIND_SLAB) {
            return RegionFault.SLOT_DAMAGED;
        }
        maxSequence = Math.max(maxSequence, version >>> 1);
        if (kind == SlotLayout.KIND_FREE) {
            int keyLength = registry.isKeyed(slot) ? SlotLayout.KEYED_LENGTH - SlotLayout.DEADLINE_OFFSET : 0;
            return isZero(address + SlotLayout.DEADLINE_OFFSET, keyLength) ? RegionFault.NONE : RegionFault.KEY_DAMAGED;
        }
        live++;
        registry.claimSlot(slot);
        if (kind == SlotLayout.KIND_SLAB
                && !claim(value0, SlotLayout.blockLength(value1), SlotLayout.blockCrc(value1))) {
            return RegionFault.BLOCK_DAMAGED;
        }
        return registry.isKeyed(slot) ? gather(slot, address) : RegionFault.NONE;
    }

    private RegionFault gather(long slot, long address) {
        assert registry.isKeyed(slot) : "slot=" + slot;
        long keyMeta = Loads.getLong(address + SlotLayout.KEY_META_OFFSET);
        int length = SlotLayout.keyLength(keyMeta);
        int crc = SlotLayout.keyCrc(keyMeta);
        boolean plain = keyMeta >>> SlotLayout.KEY_META_BITS == 0;
        if (!plain || length > registry.header().sizing().maxKeyLength()) {
            return RegionFault.KEY_DAMAGED;
        }
        long word0 = Loads.getLong(address + SlotLayout.KEY_OFFSET);
        boolean matches = Registry.isInline(length)
                ? slab.crcOfMemory(address + SlotLayout.KEY_OFFSET, length) == crc
                : claim(word0, length, crc);
        if (!matches || !keyed.isPadded(slot)) {
            return RegionFault.KEY_DAMAGED;
        }
        gatheredSlots[gathered] = slot;
        gatheredHashes[gathered++] = keyed.hash(slot);
        return RegionFault.NONE;
    }

    private RegionFault index(long slot, long hash) {
        if (directory.holdsKeyOf(slot, hash)) {
            return RegionFault.KEY_DAMAGED; // two slots with one key: one of them was written over the other
        }
        long lane = directory.reserve(hash);
        if (lane == 0) {
            return RegionFault
                    .KEY_DAMAGED; // every key had its lane before: these keys are not the ones that were written
        }
        directory.fill(lane, slot, hash);
        return RegionFault.NONE;
    }

    private boolean claim(long block, int length, int crc) {
        return slab.holds(block, length) && slab.claim(block) && slab.crcOf(block, length) == crc;
    }

    public RegionFault fault() {
        return fault;
    }

    /** The slot at which the fault was found; -1 without one. */
    public long faultSlot() {
        return faultSlot;
    }

    /** The largest mutation sequence of any slot. */
    public long maxSequence() {
        return maxSequence;
    }

    /** Slots in use. */
    public long live() {
        return live;
    }
}
