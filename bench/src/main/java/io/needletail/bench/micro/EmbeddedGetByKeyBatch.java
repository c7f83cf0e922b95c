package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import java.io.IOException;

/** Get by key, sixteen with one call; an operation is one entry, and every sixteenth asks for the next batch. */
public class EmbeddedGetByKeyBatch extends Embedded {
    private static final int LENGTH = 16;

    private long[] keys;
    private final Key key = new Key();
    private final Batch batch = new Batch(16);
    private int answered = LENGTH;
    private int place;

    @Override
    void prepare() throws IOException {
        super.prepare();
        keys = questions.keysInOrder();
    }

    @Override
    int place() {
        return place & questions.mask();
    }

    @Override
    long operation() {
        place++;
        if (answered == LENGTH) {
            ask();
        }
        Entry answer = batch.entry(answered);
        int status = batch.status(answered++);
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
        return Questions.fold(answer.value().word0(), answer.value().word1());
    }

    private void ask() {
        batch.clear();
        for (int i = 0; i < LENGTH; i++) {
            int at = 2 * next();
            key.setInline(keys[at], keys[at + 1], 16);
            batch.add(key);
        }
        engine.get(batch);
        answered = 0;
    }
}
