package io.needletail.registry;

import io.needletail.registry.view.Addresses;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.SlotLayout;

/** The owner's view of the keys in the keyed slots: compare one, hash one. */
final class KeyedSlots {
    private final long units;
    private final long count;
    private final Slab slab;
    private final KeyHash hash;

    KeyedSlots(long address, long count, Slab slab, KeyHash hash) {
        assert address % SlotLayout.KEYED_LENGTH == 0 : "address=" + address;
        assert count > 0 : "count=" + count;
        units = Addresses.units(address);
        this.count = count;
        this.slab = slab;
        this.hash = hash;
    }

    long address(long slot) {
        return Addresses.of(place(slot));
    }

    /** Where a slot is, in {@link Addresses}' units. */
    long place(long slot) {
        assert slot >= 0 && slot < count : "slot=" + slot + " count=" + count;
        return units + slot * Addresses.UNITS_A_LINE;
    }

    long slotAt(long place) {
        assert place >= units && place < units + count * Addresses.UNITS_A_LINE : "place=" + place;
        return (place - units) / Addresses.UNITS_A_LINE;
    }

    boolean keyEquals(long slot, Key key) {
        long at = address(slot);
        int length = SlotLayout.keyLength(Loads.getLong(at + SlotLayout.KEY_META_OFFSET));
        if (length != key.length()) {
            return false;
        }
        long word0 = Loads.getLong(at + SlotLayout.KEY_OFFSET);
        if (length <= Bytes.INLINE_LENGTH) {
            return word0 == key.word0() && Loads.getLong(at + SlotLayout.KEY_OFFSET + 8) == key.word1();
        }
        return slab.contentEquals(word0, key);
    }

    /** The same for a key of up to 16 bytes, given as its two words. */
    boolean keyEquals(long slot, long word0, long word1, int length) {
        return keyEqualsAt(place(slot), word0, word1, length);
    }

    boolean keyEqualsAt(long place, long word0, long word1, int length) {
        assert length <= Bytes.INLINE_LENGTH : "length=" + length;
        long at = Addresses.of(place);
        return Loads.getInt(at + SlotLayout.KEY_LENGTH_OFFSET) == length // the spare short behind it is zero
                && Loads.getLong(at + SlotLayout.KEY_OFFSET) == word0
                && Loads.getLong(at + SlotLayout.KEY_OFFSET + 8) == word1;
    }

    /** Whether two slots hold the same key. */
    boolean keysEqual(long slot, long other) {
        long at = address(slot);
        long otherAt = address(other);
        long meta = Loads.getLong(at + SlotLayout.KEY_META_OFFSET);
        if (Loads.getLong(otherAt + SlotLayout.KEY_META_OFFSET) != meta) {
            return false;
        }
        long word0 = Loads.getLong(at + SlotLayout.KEY_OFFSET);
        long other0 = Loads.getLong(otherAt + SlotLayout.KEY_OFFSET);
        int length = SlotLayout.keyLength(meta);
        return length <= Bytes.INLINE_LENGTH
                ? word0 == other0
                        && Loads.getLong(at + SlotLayout.KEY_OFFSET + 8)
                                == Loads.getLong(otherAt + SlotLayout.KEY_OFFSET + 8)
                : slab.contentEquals(word0, other0, length);
    }

    /** Whether the key's two words are zero where the key is not: comparing keys relies on it. */
    boolean isPadded(long slot) {
        long at = address(slot);
        int length = SlotLayout.keyLength(Loads.getLong(at + SlotLayout.KEY_META_OFFSET));
        long word0 = Loads.getLong(at + SlotLayout.KEY_OFFSET);
        long word1 = Loads.getLong(at + SlotLayout.KEY_OFFSET + 8);
        if (length > Bytes.INLINE_LENGTH) {
            return word1 == 0;
        }
        return isZeroFrom(word0, length) && isZeroFrom(word1, Math.max(0, length - Long.BYTES));
    }

    private static boolean isZeroFrom(long word, int bytes) {
        return bytes >= Long.BYTES || word >>> (bytes * 8) == 0;
    }

    boolean isLive(long slot) {
        return SlotLayout.kind(Loads.getInt(address(slot) + SlotLayout.WORD_OFFSET)) != SlotLayout.KIND_FREE;
    }

    int keyCrc(long slot) {
        return SlotLayout.keyCrc(Loads.getLong(address(slot) + SlotLayout.KEY_META_OFFSET));
    }

    long hash(long slot) {
        long at = address(slot);
        int length = SlotLayout.keyLength(Loads.getLong(at + SlotLayout.KEY_META_OFFSET));
        long word0 = Loads.getLong(at + SlotLayout.KEY_OFFSET);
        return length <= Bytes.INLINE_LENGTH
                ? hash.hashInline(word0, Loads.getLong(at + SlotLayout.KEY_OFFSET + 8), length)
                : hash.hashBlock(slab.address(word0), length);
    }
}
