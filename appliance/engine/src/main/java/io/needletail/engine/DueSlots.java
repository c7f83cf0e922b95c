package io.needletail.engine;

/** The few slots that the sweep has found and the shard has not freed yet, first in, first out. */
final class DueSlots {
    /** A power of two. Freed one a turn, a slot waits three turns, in which its directory lines arrive. */
    static final int CAPACITY = 4;

    private final long[] slots = new long[CAPACITY];
    private long added;
    private long removed;

    boolean isEmpty() {
        return added == removed;
    }

    boolean isFull() {
        return added - removed == CAPACITY;
    }

    void add(long slot) {
        assert !isFull() : "slot=" + slot;
        slots[(int) (added++ & (CAPACITY - 1))] = slot;
    }

    long first() {
        assert !isEmpty() : "removed=" + removed;
        return slots[(int) (removed & (CAPACITY - 1))];
    }

    void removeFirst() {
        assert !isEmpty() : "removed=" + removed;
        removed++;
    }
}
