package io.needletail.bench.micro;

import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.bench.data.Questions;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.SlotLayout;
import java.io.IOException;

/** The floor under every put: sixteen bytes stored into the same slots in the same order, without anything around it. */
public class Store extends Subject {
    private EmbeddedRegion region;
    private long base;
    private long[] handles;
    private long[] values;

    @Override
    void prepare() throws IOException {
        region = EmbeddedRegion.fill(questions, Embedded.DEFAULT_RING);
        base = region.engine().registry().slotAddress(0) + SlotLayout.VALUE_OFFSET;
        handles = questions.inOrder(region.handles());
        values = PutValues.inOrder(questions);
    }

    @Override
    long operation() {
        int at = next();
        long address = base + Handle.slot(handles[at]) * SlotLayout.KEYED_LENGTH;
        Bare.store(address, values[2 * at]);
        Bare.store(address + 8, values[2 * at + 1]);
        return Questions.fold(values[2 * at], values[2 * at + 1]);
    }

    @Override
    void dispose() throws IOException {
        region.close();
    }
}
