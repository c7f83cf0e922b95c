package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.registry.view.EntryViews;

/** Sixteen by handle with one call, the values read where they lie. */
public class EmbeddedViews extends EmbeddedBatched {
    final EntryViews views = new EntryViews();

    /** The entries are a multiple of the length, so that what is asked for stands in one piece. */
    @Override
    void ask() {
        int first = next();
        engine.get(handles, first, LENGTH, views);
        skip(LENGTH - 1);
    }

    @Override
    final long answer(int index) {
        checkIsOk(views.status(index));
        return Questions.fold(views.word0(index), views.word1(index));
    }
}
