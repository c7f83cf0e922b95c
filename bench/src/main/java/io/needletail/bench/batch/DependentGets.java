package io.needletail.bench.batch;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;

/**
 * One get by handle after the other, where the next handle is known only when the value before has come: as in an application
 * that follows a reference. None of their waits for memory overlap, which those of a batch do.
 */
final class DependentGets implements BatchedGets {
    private final ShardEngine engine;
    private final long[] handles;
    private final int mask;
    private final Entry entry = new Entry(16);
    /** 0, which the compiler does not know: the next place depends on the value that it masks. */
    private final long nothing;

    private int cursor;

    DependentGets(Asked asked, long nothing) {
        engine = asked.engine();
        handles = asked.handles();
        mask = asked.mask();
        this.nothing = nothing;
    }

    @Override
    public long some() {
        long sum = 0;
        for (int i = 0; i < SOME; i++) {
            int status = engine.get(handles[cursor & mask], entry);
            if (status != Status.OK) {
                throw new IllegalStateException("answered " + Status.name(status));
            }
            long word = entry.value().word0();
            sum += word;
            cursor += 1 + (int) (word & nothing);
        }
        return sum;
    }
}
