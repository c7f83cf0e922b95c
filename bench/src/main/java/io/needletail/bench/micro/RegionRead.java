package io.needletail.bench.micro;

import io.needletail.client.SystemClock;
import io.needletail.registry.view.SlotReader;
import java.io.IOException;

/** The co-located reader's get, on a region of this process: for counting what it executes, which is the same anywhere. */
public class RegionRead extends Embedded {
    private SlotReader reader;

    @Override
    void prepare() throws IOException {
        super.prepare();
        reader = new SlotReader(region.segment(), SystemClock.INSTANCE);
    }

    @Override
    long operation() {
        return value(reader.get(handles[next()], entry));
    }

    @Override
    void dispose() throws IOException {
        reader.close();
        super.dispose();
    }
}
