package io.needletail.bench.micro;

import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.bench.data.Questions;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.SlotLayout;
import java.io.IOException;

/** The floor under every get: the sixteen bytes of the same slots in the same order, loaded without any check. */
public class Load extends Subject {
    private EmbeddedRegion region;
    private long base;
    private long[] handles;

    @Override
    void prepare() throws IOException {
        region = EmbeddedRegion.fill(questions, Embedded.DEFAULT_RING);
        base = region.engine().registry().slotAddress(0) + SlotLayout.VALUE_OFFSET;
        handles = questions.inOrder(region.handles());
    }

    @Override
    long operation() {
        long address = base + Handle.slot(handles[next()]) * SlotLayout.KEYED_LENGTH;
        return Questions.fold(Bare.load(address), Bare.load(address + 8));
    }

    @Override
    void dispose() throws IOException {
        region.close();
    }
}
