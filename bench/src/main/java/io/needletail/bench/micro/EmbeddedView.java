package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.registry.view.EntryView;
import io.needletail.registry.view.Status;

/** Get by handle on the shard's own thread, the value read where it lies. */
public class EmbeddedView extends Embedded {
    private final EntryView view = new EntryView();

    @Override
    long operation() {
        int status = engine.get(handles[next()], view);
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
        return Questions.fold(view.word0(), view.word1());
    }
}
