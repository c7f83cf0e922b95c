package io.needletail.registry.view;

import java.util.Objects;

/**
 * Up to {@value #MAX_LENGTH} short values where they lie, asked for by handle or by key with one call: as {@link EntryView} shows
 * one. To be read before the shard's next change, and used again. For the shard's own thread.
 */
public final class EntryViews {
    public static final int MAX_LENGTH = Batch.MAX_LENGTH;

    /** Where each slot is, counted as {@link Addresses} does; of what cannot be seen its status, negated. */
    private final long[] places = new long[MAX_LENGTH];

    private int length;

    /** How many were asked for. */
    public int length() {
        return length;
    }

    /** {@link Status#OK} when the value is seen, else why it is not: then nothing else may be asked, and the other methods throw. */
    public int status(int index) {
        long place = places[Objects.checkIndex(index, length)];
        return place > 0 ? Status.OK : (int) -place;
    }

    /** The mutation sequence of the entry's last change. */
    public long version(int index) {
        return SlotLayout.version(Loads.getLong(slot(index)));
    }

    /** Of the value, in bytes. */
    public int length(int index) {
        return SlotLayout.kind(Loads.getInt(slot(index) + SlotLayout.WORD_OFFSET)) - SlotLayout.KIND_INLINE;
    }

    /** Bytes 0 to 7, little-endian, zero beyond the length. */
    public long word0(int index) {
        return Loads.getLong(slot(index) + SlotLayout.VALUE_OFFSET);
    }

    /** Bytes 8 to 15, little-endian, zero beyond the length. */
    public long word1(int index) {
        return Loads.getLong(slot(index) + SlotLayout.VALUE_OFFSET + Long.BYTES);
    }

    /** For whoever looks: that many follow, to be filled in with {@link #place}. */
    public void begin(int length) {
        if (length < 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("length=" + length + " limit=" + MAX_LENGTH);
        }
        this.length = length;
    }

    /** For whoever looks: where the entry's slot is, or the status, negated. */
    public void place(int index, long place) {
        places[index] = place;
    }

    private long slot(int index) {
        long place = places[Objects.checkIndex(index, length)];
        if (place <= 0) {
            throw new IllegalStateException("not seen: index=" + index + " status=" + Status.name((int) -place));
        }
        return Addresses.of(place);
    }
}
