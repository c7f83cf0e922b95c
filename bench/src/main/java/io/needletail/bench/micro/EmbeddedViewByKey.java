package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.registry.view.EntryView;
import io.needletail.registry.view.Status;
import java.io.IOException;

/** Get by a 16-byte key on the shard's own thread, the value read where it lies. */
public class EmbeddedViewByKey extends Embedded {
    private final EntryView view = new EntryView();
    private long[] keys;

    @Override
    void prepare() throws IOException {
        super.prepare();
        keys = questions.keysInOrder();
    }

    @Override
    long operation() {
        int at = 2 * next();
        int status = engine.get(keys[at], keys[at + 1], 16, view);
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
        return Questions.fold(view.word0(), view.word1());
    }
}
