package io.needletail.engine;

import io.needletail.pmem.PersistentMemory;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.Registry;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordChain;
import io.needletail.registry.view.RedoLayout;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;

/** Reads and writes the two copies of {@link RedoLayout}. For one thread at a time: the owner at a start, the write-back behind it. */
final class RedoLine {
    private final Registry registry;
    private final PersistentMemory memory;
    /** Of the copy that counts, or -1. */
    private int current = -1;

    RedoLine(Registry registry, PersistentMemory memory) {
        this.registry = registry;
        this.memory = memory;
    }

    /** Finds the copy that counts; false when none is whole. */
    boolean load() {
        current = -1;
        for (int i = 0; i < 2; i++) {
            boolean newer = isWhole(i) && (current < 0 || count(i) > count(current));
            current = newer ? i : current;
        }
        return current >= 0;
    }

    /**
     * A region that is changed without it is not one in persistent memory any more: what it says would be of an earlier time. The newer copy
     * goes last: who is killed in between finds that one.
     */
    static void forget(Registry registry) {
        RedoLine redo = new RedoLine(registry, null);
        int newer = redo.count(1) > redo.count(0) ? 1 : 0;
        redo.clear(1 - newer);
        redo.clear(newer);
    }

    private void clear(int copy) {
        if (count(copy) != 0) {
            Stores.putLong(copy(copy) + RedoLayout.COUNT_OFFSET, 0L);
        }
    }

    /** Makes the live lines say what was on the medium: others may have been written back, or not, whenever a cache gave them up. */
    void restore(LiveHeader live) {
        assert current >= 0 : "no whole copy";
        live.restore(
                word(RedoLayout.STATE_OFFSET),
                word(RedoLayout.FIRST_VERSION_OFFSET),
                time(),
                word(RedoLayout.START_OFFSET));
    }

    long start() {
        return word(RedoLayout.START_OFFSET);
    }

    long time() {
        return word(RedoLayout.TIME_OFFSET);
    }

    long sequence() {
        return word(RedoLayout.SEQUENCE_OFFSET);
    }

    /** What it is to say instead; on the medium when this returns. Whatever it relies on has been fenced. */
    void write(long stateWord, long firstVersion, long timeNs, long start, long sequence) {
        assert current < 0 || start >= start() : "start=" + start + " before=" + start();
        int next = current < 0 ? 0 : 1 - current;
        long at = copy(next);
        Stores.putLong(at + RedoLayout.COUNT_OFFSET, current < 0 ? 1 : count(current) + 1);
        Stores.putLong(at + RedoLayout.STATE_OFFSET, stateWord);
        Stores.putLong(at + RedoLayout.FIRST_VERSION_OFFSET, firstVersion);
        Stores.putLong(at + RedoLayout.TIME_OFFSET, timeNs);
        Stores.putLong(at + RedoLayout.START_OFFSET, start);
        Stores.putLong(at + RedoLayout.SEQUENCE_OFFSET, sequence);
        Stores.putLong(at + RedoLayout.KIND_OFFSET, memory.isEmulated() ? RedoLayout.EMULATED : RedoLayout.ON_DAX);
        Stores.putLong(at + RedoLayout.SEAL_OFFSET, seal(at));
        memory.flush(at, RedoLayout.LENGTH);
        memory.fence();
        current = next;
    }

    /** The same epoch and a later start. */
    void advance(long timeNs, long start, long sequence) {
        write(
                word(RedoLayout.STATE_OFFSET),
                word(RedoLayout.FIRST_VERSION_OFFSET),
                Math.max(time(), timeNs),
                start,
                Math.max(sequence(), sequence));
    }

    private boolean isWhole(int copy) {
        return count(copy) > 0 && Loads.getLong(copy(copy) + RedoLayout.SEAL_OFFSET) == seal(copy(copy));
    }

    private long count(int copy) {
        return Loads.getLong(copy(copy) + RedoLayout.COUNT_OFFSET);
    }

    private long word(int offset) {
        return Loads.getLong(copy(current) + offset);
    }

    private long copy(int copy) {
        return copyAt(registry, copy);
    }

    private long seal(long at) {
        return sealOf(registry, at);
    }

    static long copyAt(Registry registry, int copy) {
        return registry.address() + RegionLayout.REDO_OFFSET + (long) copy * RegionLayout.LIVE_LINE_LENGTH;
    }

    static long sealOf(Registry registry, long at) {
        RegionHeader region = registry.header();
        long seed = RecordChain.next(region.dataSetIdHigh(), region.dataSetIdLow(), region.shard(), 0, 0, 0);
        long fields = RecordChain.next(
                seed,
                Loads.getLong(at + RedoLayout.COUNT_OFFSET),
                Loads.getLong(at + RedoLayout.STATE_OFFSET),
                Loads.getLong(at + RedoLayout.FIRST_VERSION_OFFSET),
                Loads.getLong(at + RedoLayout.TIME_OFFSET),
                Loads.getLong(at + RedoLayout.START_OFFSET));
        return RecordChain.next(
                fields,
                Loads.getLong(at + RedoLayout.SEQUENCE_OFFSET),
                Loads.getLong(at + RedoLayout.KIND_OFFSET),
                0,
                0,
                0);
    }
}
