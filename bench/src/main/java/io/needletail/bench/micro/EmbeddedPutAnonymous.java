package io.needletail.bench.micro;

import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.registry.view.Status;
import java.io.IOException;

/** {@link EmbeddedPut} into entries without a key: half a line each. */
public class EmbeddedPutAnonymous extends EmbeddedPut {
    @Override
    void prepare() throws IOException {
        region = EmbeddedRegion.anonymous(questions.entries(), ring);
        engine = region.engine();
        long[] allocated = new long[questions.entries()];
        for (int i = 0; i < allocated.length; i++) {
            int status = engine.allocate(entry);
            if (status != Status.OK) {
                throw new IllegalStateException(Status.name(status));
            }
            allocated[i] = entry.handle();
        }
        handles = questions.inOrder(allocated);
        takeValues();
    }
}
