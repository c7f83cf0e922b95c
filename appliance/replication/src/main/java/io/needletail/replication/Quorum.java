package io.needletail.replication;

import java.util.Arrays;

/** The n-th largest of what several mirrors say. Reused. */
final class Quorum {
    private final long[] values = new long[LineLayout.MAX_MEMBERS];
    private int count;

    void clear() {
        count = 0;
    }

    void add(long value) {
        values[count++] = value;
    }

    int count() {
        return count;
    }

    /** What at least n of them have reached. */
    long reachedBy(int n) {
        assert n >= 1 && n <= count : "n=" + n + " count=" + count;
        Arrays.sort(values, 0, count);
        return values[count - n];
    }

    int countFrom(long least) {
        int reached = 0;
        for (int i = 0; i < count; i++) {
            reached += values[i] >= least ? 1 : 0;
        }
        return reached;
    }
}
