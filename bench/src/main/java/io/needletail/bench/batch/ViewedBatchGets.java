package io.needletail.bench.batch;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.EntryViews;

/** Several by handle with one call, each value read where it lies; reading all answers counts. */
final class ViewedBatchGets implements BatchedGets {
    private final ShardEngine engine;
    private final int length;
    private final long[] handles;
    private final int mask;
    private final EntryViews views = new EntryViews();
    private int cursor;

    ViewedBatchGets(Asked asked, int length) {
        assert SOME % length == 0 : "length=" + length;
        engine = asked.engine();
        this.length = length;
        handles = asked.handlesFor(length);
        mask = handles.length - 1;
    }

    @Override
    public long some() {
        long sum = 0;
        for (int i = 0; i < SOME; i += length) {
            engine.get(handles, cursor & mask, length, views);
            cursor += length;
            sum += ViewedAnswers.sum(views);
        }
        return sum;
    }
}
