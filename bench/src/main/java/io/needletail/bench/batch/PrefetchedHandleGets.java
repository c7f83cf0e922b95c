package io.needletail.bench.batch;

import io.needletail.engine.ShardEngine;
import io.needletail.memory.CacheLines;
import io.needletail.registry.view.EntryViews;
import io.needletail.registry.view.SlotLayout;
import java.lang.foreign.MemorySegment;

/**
 * Several by handle, whose slots a call into C asks for before they are read: a twin of {@link ViewedBatchGets}, which touches them in
 * Java. A handle is an address, so there is nothing to search in C; only what the call gains over the loads is measured.
 */
final class PrefetchedHandleGets implements BatchedGets {
    private final ShardEngine engine;
    private final int length;
    private final long[] handles;
    private final int mask;
    private final long firstSlot;
    private final EntryViews views = new EntryViews();
    private int cursor;

    PrefetchedHandleGets(Asked asked, int length) {
        assert SOME % length == 0 : "length=" + length;
        engine = asked.engine();
        this.length = length;
        handles = asked.handlesFor(length);
        mask = handles.length - 1;
        firstSlot = engine.registry().slotAddress(0);
    }

    @Override
    public long some() {
        long sum = 0;
        for (int i = 0; i < SOME; i += length) {
            int first = cursor & mask;
            MemorySegment asked =
                    MemorySegment.ofArray(handles).asSlice((long) first * Long.BYTES, (long) length * Long.BYTES);
            CacheLines.prefetchSlots(asked, length, firstSlot, SlotLayout.KEYED_LENGTH);
            engine.get(handles, first, length, views);
            cursor += length;
            sum += ViewedAnswers.sum(views);
        }
        return sum;
    }
}
