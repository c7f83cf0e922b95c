package io.needletail.bench.batch;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.Registry;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import java.util.function.Consumer;

/** Several with one call, found by one search or another; filling the batch and reading all answers counts. */
final class BatchGets implements BatchedGets {
    private final ShardEngine engine;
    private final int length;
    private final Ask ask;
    private final Consumer<Registry> search;
    private final long[] handles;
    private final long[] keys;
    private final int mask;
    private final Key key = new Key();
    private final Batch batch = new Batch(16);
    private int cursor;

    BatchGets(Asked asked, int length, Ask ask, Consumer<Registry> search) {
        assert SOME % length == 0 : "length=" + length;
        engine = asked.engine();
        this.length = length;
        this.ask = ask;
        this.search = search;
        handles = asked.handles();
        keys = asked.keys();
        mask = asked.mask();
    }

    @Override
    public long some() {
        search.accept(engine.registry());
        long sum = 0;
        for (int i = 0; i < SOME; i += length) {
            batch.clear();
            fill();
            if (ask == Ask.RESOLVE) {
                engine.resolve(batch, false);
            } else {
                engine.get(batch);
            }
            sum += taken();
        }
        return sum;
    }

    private void fill() {
        for (int i = 0; i < length; i++) {
            int place = cursor++ & mask;
            if (ask != Ask.BY_HANDLE) {
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
            sum += ask == Ask.RESOLVE
                    ? batch.entry(i).handle()
                    : batch.entry(i).value().word0();
        }
        return sum;
    }
}
