package io.needletail.bench.micro;

import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Key;
import java.io.IOException;

/** Get by key, sixteen with one call. */
public class EmbeddedGetByKeyBatch extends EmbeddedBatched {
    private final Key key = new Key();
    Batch batch;
    private long[] keys;

    @Override
    void prepare() throws IOException {
        super.prepare();
        keys = questions.keysInOrder();
        batch = new Batch(value);
    }

    @Override
    void ask() {
        batch.clear();
        for (int i = 0; i < LENGTH; i++) {
            int at = 2 * next();
            key.setInline(keys[at], keys[at + 1], 16);
            batch.add(key);
        }
        run(batch);
    }

    /** What is done with the keys. */
    void run(Batch asked) {
        engine.get(asked);
    }

    @Override
    long answer(int index) {
        return answer(batch, index);
    }
}
