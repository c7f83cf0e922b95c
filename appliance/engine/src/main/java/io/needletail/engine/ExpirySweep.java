package io.needletail.engine;

import io.needletail.registry.Prefetcher;
import io.needletail.registry.Registry;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.SlotLayout;

/**
 * Finds entries whose deadline has passed, a little at a time. There is no timer a slot: the earliest deadline of each block of
 * {@value #BLOCK} slots is kept, blocks are looked at in turn, and only one that is due is walked. What a turn may look at is
 * bounded, so that a million deadlines at one moment cost each duty cycle the same little. It runs a few entries ahead of who
 * frees them, because freeing one changes two lines of the directory that stand anywhere in memory: they are asked for when it
 * is found. Derived state of the owner, rebuilt at every start.
 */
final class ExpirySweep {
    static final int BLOCK = 64;
    /** About 10 ns. A pass over all blocks frees all that is due, so this bounds how late, not how many. */
    private static final int BLOCKS_A_TURN = 16;
    /** Slots stand in order in memory: about 25 ns when they come from there. */
    private static final int SLOTS_A_STEP = 8;

    private static final long NEVER = Long.MAX_VALUE;

    private final Registry registry;
    private final long keyedSlots;
    private final long[] earliest;
    private final DueSlots found = new DueSlots();
    private Prefetcher prefetcher = Prefetcher.NONE;
    private boolean used;
    private boolean walking;
    private int block;
    private long nextSlot;
    private long earliestLeft;
    private int blocksLeft;
    private long slotsLeft;

    ExpirySweep(Registry registry) {
        this.registry = registry;
        keyedSlots = registry.header().sizing().keyedSlots();
        earliest = new long[(int) ((keyedSlots + BLOCK - 1) / BLOCK)];
        for (int i = 0; i < earliest.length; i++) {
            earliest[i] = NEVER;
        }
    }

    void prefetcher(Prefetcher newPrefetcher) {
        prefetcher = newPrefetcher;
    }

    /** Takes the deadlines of all slots in, after a start. */
    void rebuild() {
        for (long slot = 0; slot < keyedSlots; slot++) {
            if (SlotLayout.hasDeadline(registry.word(slot))) {
                note(slot, deadlineOf(slot));
            }
        }
    }

    /** A slot has a deadline from now on. */
    void note(long slot, long deadlineNs) {
        assert slot >= 0 && slot < keyedSlots : "slot=" + slot;
        assert deadlineNs > 0 : "deadlineNs=" + deadlineNs;
        used = true;
        int at = (int) (slot / BLOCK);
        earliest[at] = Math.min(earliest[at], deadlineNs);
        if (walking && at == block) {
            earliestLeft = Math.min(earliestLeft, deadlineNs);
        }
    }

    /** Whether any slot ever had a deadline: without one a turn costs this question. */
    boolean isUsed() {
        return used;
    }

    /** A new turn, with what it may look at: in one step as much as a get may wait for. */
    void beginTurn(int steps) {
        blocksLeft = BLOCKS_A_TURN;
        slotsLeft = (long) SLOTS_A_STEP * steps;
    }

    /**
     * Finds one more slot whose deadline has passed.
     *
     * @return false when as many are found as it keeps, or this turn's share was looked at
     */
    boolean lookAhead(long nowNs) {
        long slot = found.isFull() ? -1 : find(nowNs);
        if (slot < 0) {
            return false;
        }
        registry.prefetchForget(slot, prefetcher);
        found.add(slot);
        return true;
    }

    /** Whether as many slots are found as it keeps. */
    boolean isAheadFull() {
        return found.isFull();
    }

    /** The slot that was found first, the same one until it was freed or its deadline moved; -1 when none is left. */
    long firstDue(long nowNs) {
        while (!found.isEmpty()) {
            long slot = found.first();
            if (isDue(slot, nowNs)) {
                return slot;
            }
            found.removeFirst(); // freed, or changed since it was found
        }
        return -1;
    }

    private boolean isDue(long slot, long nowNs) {
        return SlotLayout.hasDeadline(registry.word(slot)) && deadlineOf(slot) <= nowNs;
    }

    private long find(long nowNs) {
        while (walking || findBlock(nowNs)) {
            long slot = walk(nowNs);
            if (slot >= 0 || slotsLeft == 0) {
                return slot;
            }
        }
        return -1;
    }

    private boolean findBlock(long nowNs) {
        while (blocksLeft > 0) {
            blocksLeft--;
            block = block + 1 < earliest.length ? block + 1 : 0;
            if (earliest[block] <= nowNs) {
                walking = true;
                nextSlot = (long) block * BLOCK;
                earliestLeft = NEVER;
                return true;
            }
        }
        return false;
    }

    private long walk(long nowNs) {
        long end = Math.min(keyedSlots, (long) (block + 1) * BLOCK);
        while (nextSlot < end && slotsLeft > 0) {
            slotsLeft--;
            long slot = nextSlot++;
            if (SlotLayout.hasDeadline(registry.word(slot))) {
                long deadlineNs = deadlineOf(slot);
                if (deadlineNs <= nowNs) {
                    return slot;
                }
                earliestLeft = Math.min(earliestLeft, deadlineNs);
            }
        }
        if (nextSlot == end) {
            walking = false;
            earliest[block] = earliestLeft;
        }
        return -1;
    }

    long deadlineOf(long slot) {
        return Loads.getLong(registry.slotAddress(slot) + SlotLayout.DEADLINE_OFFSET);
    }
}
