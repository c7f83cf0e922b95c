package io.needletail.registry.view;

/**
 * A short value where it lies: a get into one of these copies nothing. For the shard's own thread, and only until the shard's
 * next change of any entry: then the slot may be another's. Whoever keeps a value, or expects one over {@value
 * Bytes#INLINE_LENGTH} bytes, reads it into an {@link Entry}.
 */
public final class EntryView {
    /** Counted as {@link Addresses} does; 0 while nothing is seen. */
    private long slotUnits;

    /** Whether a value is seen; nothing else may be asked when not, and the other methods throw. */
    public boolean isPresent() {
        return slotUnits != 0;
    }

    /** The mutation sequence of the entry's last change. */
    public long version() {
        return SlotLayout.version(Loads.getLong(slot()));
    }

    /** Of the value, in bytes. */
    public int length() {
        return SlotLayout.kind(Loads.getInt(slot() + SlotLayout.WORD_OFFSET)) - SlotLayout.KIND_INLINE;
    }

    /** Bytes 0 to 7, little-endian, zero beyond the length. */
    public long word0() {
        return Loads.getLong(slot() + SlotLayout.VALUE_OFFSET);
    }

    /** Bytes 8 to 15, little-endian, zero beyond the length. */
    public long word1() {
        return Loads.getLong(slot() + SlotLayout.VALUE_OFFSET + Long.BYTES);
    }

    /** For whoever found the entry. */
    public void show(long slotUnits) {
        this.slotUnits = slotUnits;
    }

    /** Sees nothing. */
    public void clear() {
        slotUnits = 0;
    }

    private long slot() {
        if (slotUnits == 0) {
            throw new IllegalStateException("nothing is seen");
        }
        return Addresses.of(slotUnits);
    }
}
