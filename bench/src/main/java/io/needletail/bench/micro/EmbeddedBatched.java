package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;

/** What asks for sixteen with one call: an operation is one entry, and every sixteenth asks for the next ones. */
public abstract class EmbeddedBatched extends Embedded {
    static final int LENGTH = 16;

    private int answered = LENGTH;
    private int place;

    /** Asks for the next ones in the order. */
    abstract void ask();

    /** The value of one of those asked for, folded. */
    abstract long answer(int index);

    @Override
    final int place() {
        return place & questions.mask();
    }

    @Override
    final long operation() {
        place++;
        if (answered == LENGTH) {
            ask();
            answered = 0;
        }
        return answer(answered++);
    }

    /** An answer that stands in a batch. */
    static long answer(Batch batch, int index) {
        checkIsOk(batch.status(index));
        Entry answer = batch.entry(index);
        return Questions.fold(answer.value().word0(), answer.value().word1());
    }

    static void checkIsOk(int status) {
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
    }
}
