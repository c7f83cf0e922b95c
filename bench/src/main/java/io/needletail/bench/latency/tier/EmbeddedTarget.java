package io.needletail.bench.latency.tier;

import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.bench.data.Questions;
import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;

/** The embedded tier: the shard on the measuring thread. */
public final class EmbeddedTarget extends ImmediateTarget {
    private static final long RING_BYTES = 32L << 20;

    private final EmbeddedRegion region;
    private final ShardEngine engine;
    private final long[] handles;
    private final Value value = new Value(16);
    private final Entry entry = new Entry(16);

    public EmbeddedTarget(int entries) throws IOException {
        region = EmbeddedRegion.fill(new Questions(entries), RING_BYTES);
        engine = region.engine();
        handles = region.handles();
        value.resize(16);
    }

    @Override
    public boolean send(long sequence, int place, boolean write) {
        int status;
        if (write) {
            value.setInline(sequence, sequence, 16);
            status = engine.put(handles[place], value, entry);
        } else {
            status = engine.get(handles[place], entry);
        }
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
        return completed(sequence, false);
    }

    @Override
    public void close() throws IOException {
        region.close();
    }
}
