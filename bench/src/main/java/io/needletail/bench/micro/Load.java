package io.needletail.bench.micro;

import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.bench.data.Questions;
import io.needletail.registry.view.Addresses;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.SlotLayout;
import java.io.IOException;

/** The floor under every get: the sixteen bytes of the same slots in the same order, loaded without any check. */
public class Load extends Subject {
    private EmbeddedRegion region;
    private long units;
    private long[] handles;

    @Override
    void prepare() throws IOException {
        region = EmbeddedRegion.fill(questions, Embedded.DEFAULT_RING);
        units = Addresses.units(region.engine().registry().slotAddress(0));
        handles = questions.inOrder(region.handles());
    }

    @Override
    long operation() {
        long address = Addresses.of(units + Handle.slot(handles[next()]) * Addresses.UNITS_A_LINE);
        return Questions.fold(
                Bare.load(address + SlotLayout.VALUE_OFFSET), Bare.load(address + SlotLayout.VALUE_OFFSET + 8));
    }

    @Override
    void dispose() throws IOException {
        region.close();
    }
}
