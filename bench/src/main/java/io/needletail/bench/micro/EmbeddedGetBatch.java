package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;

/** Get by handle, sixteen with one call; an operation is one entry, and every sixteenth asks for the next batch. */
public class EmbeddedGetBatch extends Embedded {
    private static final int LENGTH = 16;

    private final Batch batch = new Batch(16);
    private int answered = LENGTH;
    private int place;

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
            batch.add(handles[next()]);
        }
        engine.get(batch);
        answered = 0;
    }
}
