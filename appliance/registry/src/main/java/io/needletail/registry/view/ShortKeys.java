package io.needletail.registry.view;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Up to {@value #MAX_COUNT} keys of up to 16 bytes, side by side: two words and a length each. A search that walks them touches
 * one line for four keys; as objects each would have its own. Fill it, pass it, clear it. For one thread.
 */
public final class ShortKeys {
    public static final int MAX_COUNT = Batch.MAX_LENGTH;

    private final long[] words = new long[2 * MAX_COUNT];
    private final int[] lengths = new int[MAX_COUNT];
    private final MemorySegment wordMemory = MemorySegment.ofArray(words);
    private final MemorySegment lengthMemory = MemorySegment.ofArray(lengths);

    /** Of a batch's own keys, which stand at the places of its entries: there is none. */
    private static final int OF_A_BATCH = -1;

    private int count;

    public ShortKeys() {}

    private ShortKeys(int count) {
        this.count = count;
    }

    /** The keys of a batch, which says itself where they are: nobody else adds any. */
    static ShortKeys ofBatch() {
        return new ShortKeys(OF_A_BATCH);
    }

    /** How many were added; -1 for those of a {@link Batch}. */
    public int count() {
        return count;
    }

    /** Empties it for the next use. */
    public void clear() {
        checkIsOwn();
        count = 0;
    }

    private void checkIsOwn() {
        if (count == OF_A_BATCH) {
            throw new IllegalStateException("these are a batch's keys: add to the batch");
        }
    }

    /** Adds a key given as its two words, little-endian, zero beyond its length; its index. */
    public int add(long word0, long word1, int length) {
        checkIsOwn();
        if (count == MAX_COUNT) {
            throw new IllegalStateException("full: count=" + count + " limit=" + MAX_COUNT);
        }
        if (length < 0 || length > Bytes.INLINE_LENGTH) {
            throw new IllegalArgumentException("length=" + length + " limit=" + Bytes.INLINE_LENGTH);
        }
        words[2 * count] = word0;
        words[2 * count + 1] = word1;
        lengths[count] = length;
        return count++;
    }

    /**
     * Adds so many keys of one length, which stand in one piece: two words each, little-endian, zero beyond their length.
     *
     * @param offset of the first one's first word
     */
    public void addAll(long[] keyWords, int offset, int added, int length) {
        checkIsOwn();
        if (added < 0 || added > MAX_COUNT - count) {
            throw new IllegalArgumentException("added=" + added + " count=" + count + " limit=" + MAX_COUNT);
        }
        if (length < 0 || length > Bytes.INLINE_LENGTH) {
            throw new IllegalArgumentException("length=" + length + " limit=" + Bytes.INLINE_LENGTH);
        }
        System.arraycopy(keyWords, offset, words, 2 * count, 2 * added);
        Arrays.fill(lengths, count, count + added, length);
        count += added;
    }

    /** Adds a key, which is copied; its index. */
    public int add(Key key) {
        return add(key.word0(), key.word1(), key.length());
    }

    void set(int index, Key key) {
        assert key.length() <= Bytes.INLINE_LENGTH : "length=" + key.length();
        words[2 * index] = key.word0();
        words[2 * index + 1] = key.word1();
        lengths[index] = key.length();
    }

    void get(int index, Key into) {
        into.setInline(words[2 * index], words[2 * index + 1], lengths[index]);
    }

    public long word0(int index) {
        return words[2 * index];
    }

    public long word1(int index) {
        return words[2 * index + 1];
    }

    public int length(int index) {
        return lengths[index];
    }

    /** Two words a key, for a search in C. */
    public MemorySegment wordMemory() {
        return wordMemory;
    }

    /** An int a key, for a search in C. */
    public MemorySegment lengthMemory() {
        return lengthMemory;
    }
}
