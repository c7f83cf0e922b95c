package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;

/** Put by handle on the shard's own thread: value, checksum, mutation record, version. */
public class EmbeddedPut extends Embedded {
    private final Value written = new Value(16);
    private long[] values;

    @Override
    void prepare() throws IOException {
        super.prepare();
        takeValues();
    }

    final void takeValues() {
        values = PutValues.inOrder(questions);
    }

    int put(long handle) {
        return engine.put(handle, written, entry);
    }

    @Override
    long operation() {
        int at = next();
        written.setInline(values[2 * at], values[2 * at + 1], 16);
        int status = put(handles[at]);
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
        return Questions.fold(values[2 * at], values[2 * at + 1]);
    }
}
