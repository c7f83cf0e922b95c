package io.needletail.bench.latency.tier;

import io.needletail.client.ColocatedReader;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import java.io.IOException;
import java.nio.file.Path;

/** The reader tier: another process owns the region, and may be writing; this one reads it without asking. */
public final class ReaderTarget extends ImmediateTarget {
    private final ColocatedReader reader;
    private final long[] handles;
    private final Entry entry = new Entry(16);

    public ReaderTarget(Path region, long[] handles) throws IOException {
        reader = ColocatedReader.open(region);
        this.handles = handles;
    }

    @Override
    public boolean send(long sequence, int place, boolean write) {
        assert !write : "a reader does not write";
        long retries = reader.retries();
        int status = reader.get(handles[place], entry);
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
        return completed(sequence, reader.retries() != retries);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
