package io.needletail.bench.batch;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.EntryView;
import io.needletail.registry.view.Status;

/** One after the other, each value read where it lies. */
final class ViewedGets implements BatchedGets {
    private final ShardEngine engine;
    private final long[] handles;
    private final int mask;
    private final EntryView view = new EntryView();
    private int cursor;

    ViewedGets(Asked asked) {
        engine = asked.engine();
        handles = asked.handles();
        mask = asked.mask();
    }

    @Override
    public long some() {
        long sum = 0;
        for (int i = 0; i < SOME; i++) {
            int status = engine.get(handles[cursor++ & mask], view);
            if (status != Status.OK) {
                throw new IllegalStateException("answered " + Status.name(status));
            }
            sum += view.word0() ^ view.word1();
        }
        return sum;
    }
}
