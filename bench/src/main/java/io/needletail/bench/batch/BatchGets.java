package io.needletail.bench.batch;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.KeySearch;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;

/** Several with one call, found by one search or another; filling the batch and reading all answers counts. */
final class BatchGets implements BatchedGets {
    private final ShardEngine engine;
    private final int length;
    private final boolean byKey;
    private final KeySearch search;
    private final long[] handles;
    private final long[] keys;
    private final int mask;
    private final Key key = new Key();
    private final Batch batch = new Batch(16);
    private int cursor;

    BatchGets(Asked asked, int length, boolean byKey, KeySearch search) {
        assert SOME % length == 0 : "length=" + length;
        engine = asked.engine();
        this.length = length;
        this.byKey = byKey;
        this.search = search;
        handles = asked.handles();
        keys = asked.keys();
        mask = asked.mask();
    }

    @Override
    public long some() {
        engine.registry().searchWith(search);
        long sum = 0;
        for (int i = 0; i < SOME; i += length) {
            batch.clear();
            fill();
            engine.get(batch);
            sum += taken();
        }
        return sum;
    }

    private void fill() {
        for (int i = 0; i < length; i++) {
            int place = cursor++ & mask;
            if (byKey) {
                key.setInline(keys[2 * place], keys[2 * place + 1], 16);
                batch.add(key);
            } else {
                batch.add(handles[place]);
            }
        }
    }

    private long taken() {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            if (batch.status(i) != Status.OK) {
                throw new IllegalStateException("answered " + Status.name(batch.status(i)));
            }
            sum += batch.entry(i).value().word0();
        }
        return sum;
    }
}
