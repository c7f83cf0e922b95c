package io.needletail.bench.micro;

import io.needletail.registry.view.Batch;

/** Get by handle, sixteen with one call. */
public class EmbeddedGetBatch extends EmbeddedBatched {
    private final Batch batch = new Batch(16);

    @Override
    void ask() {
        batch.clear();
        for (int i = 0; i < LENGTH; i++) {
            batch.add(handles[next()]);
        }
        engine.get(batch);
    }

    @Override
    long answer(int index) {
        return answer(batch, index);
    }
}
