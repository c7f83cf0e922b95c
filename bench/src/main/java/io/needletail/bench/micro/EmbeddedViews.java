package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.registry.view.EntryViews;
import io.needletail.registry.view.Status;

/**
 * Sixteen by handle with one call, the values read where they lie; an operation is one entry, and every sixteenth asks for the
 * next.
 */
public class EmbeddedViews extends Embedded {
    static final int LENGTH = 16;

    final EntryViews views = new EntryViews();
    private int answered = LENGTH;
    private int place;

    @Override
    int place() {
        return place & questions.mask();
    }

    @Override
    final long operation() {
        place++;
        if (answered == LENGTH) {
            ask();
            answered = 0;
        }
        int status = views.status(answered);
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
        return Questions.fold(views.word0(answered), views.word1(answered++));
    }

    /** The entries are a multiple of the length, so that what is asked for stands in one piece. */
    void ask() {
        int first = next();
        engine.get(handles, first, LENGTH, views);
        skip(LENGTH - 1);
    }
}
