package io.needletail.registry;

import java.util.Arrays;

/**
 * Which of n things are free, taken in rotating order, so that what was just freed is the last to be used again. A tree of
 * 64-way bitmaps: finding the next free one looks at no more than one word a level going up and one going down.
 * Derived state, rebuilt at every start: one bit a thing on the heap.
 */
final class RotatingBitmap {
    /** levels[0] has a bit a thing; a bit of levels[k + 1] says that a word of levels[k] has a bit set. */
    private final long[][] levels;

    private final long size;
    private long free;
    private long cursor;

    RotatingBitmap(long size) {
        assert size >= 0 && size <= 1L << 37 : "size=" + size;
        this.size = size;
        int depth = 1;
        for (long words = words(size); words > 1; words = words(words)) {
            depth++;
        }
        levels = new long[depth][];
        long bits = size;
        for (int level = 0; level < depth; level++) {
            levels[level] = new long[(int) Math.max(1, words(bits))];
            bits = words(bits);
        }
    }

    private static long words(long bits) {
        return (bits + 63) >>> 6;
    }

    void freeAll() {
        long bits = size;
        for (long[] level : levels) {
            Arrays.fill(level, 0L);
            Arrays.fill(level, 0, (int) (bits >>> 6), -1L);
            if ((bits & 63) != 0) {
                level[(int) (bits >>> 6)] = (1L << (bits & 63)) - 1;
            }
            bits = words(bits);
        }
        free = size;
    }

    long freeCount() {
        return free;
    }

    boolean isFree(long index) {
        assert index >= 0 && index < size : "index=" + index + " size=" + size;
        return (levels[0][(int) (index >>> 6)] & (1L << index)) != 0;
    }

    void free(long index) {
        assert !isFree(index) : "freed twice: index=" + index;
        free++;
        for (long[] level : levels) {
            int word = (int) (index >>> 6);
            boolean wasEmpty = level[word] == 0;
            level[word] |= 1L << index;
            if (!wasEmpty) {
                return;
            }
            index >>>= 6;
        }
    }

    void take(long index) {
        assert isFree(index) : "taken twice: index=" + index;
        free--;
        for (long[] level : levels) {
            int word = (int) (index >>> 6);
            level[word] &= ~(1L << index);
            if (level[word] != 0) {
                return;
            }
            index >>>= 6;
        }
    }

    /** The next free index at or after the cursor, wrapping; -1 when none is. Not yet taken, and the cursor stays. */
    long peek() {
        if (free == 0) {
            return -1;
        }
        long found = firstAtOrAfter(cursor < size ? cursor : 0);
        return found >= 0 ? found : firstAtOrAfter(0);
    }

    /** Takes what {@link #peek} found. */
    void takePeeked(long index) {
        assert index >= 0 && index < size : "index=" + index + " size=" + size;
        take(index);
        cursor = index + 1;
    }

    private long firstAtOrAfter(long from) {
        assert from >= 0 && from <= size : "from=" + from + " size=" + size;
        long index = from;
        for (int level = 0; level < levels.length; level++) {
            int word = (int) (index >>> 6);
            if (word >= levels[level].length) {
                return -1;
            }
            long bits = levels[level][word] & (-1L << index);
            if (bits != 0) {
                return descend(level, ((long) word << 6) + Long.numberOfTrailingZeros(bits));
            }
            index = word + 1L;
        }
        return -1;
    }

    private long descend(int level, long index) {
        assert level >= 0 && level < levels.length : "level=" + level;
        assert index >= 0 : "index=" + index;
        long at = index;
        for (int below = level - 1; below >= 0; below--) {
            at = (at << 6) + Long.numberOfTrailingZeros(levels[below][(int) at]);
        }
        return at;
    }
}
