package io.needletail.registry.view;

import java.lang.foreign.MemorySegment;

/**
 * A batch's keys of up to 16 bytes, side by side: two words and a length each. A search that walks them touches one line for four keys;
 * as objects each would have its own.
 */
public final class ShortKeys {
    private final long[] words = new long[2 * Batch.MAX_LENGTH];
    private final int[] lengths = new int[Batch.MAX_LENGTH];
    private final MemorySegment wordMemory = MemorySegment.ofArray(words);
    private final MemorySegment lengthMemory = MemorySegment.ofArray(lengths);

    ShortKeys() {}

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
