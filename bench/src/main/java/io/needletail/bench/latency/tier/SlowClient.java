package io.needletail.bench.latency.tier;

import io.needletail.bench.latency.Ticker;
import java.io.IOException;

/** A planted fault: a client that dawdles before each operation and so cannot keep to a fast schedule. */
public final class SlowClient implements Target {
    private final Target target;
    private final Ticker ticker;
    private final long ticks;

    public SlowClient(Target target, Ticker ticker, long ticks) {
        this.target = target;
        this.ticker = ticker;
        this.ticks = ticks;
    }

    @Override
    public boolean send(long sequence, int entry, boolean write) {
        long until = ticker.now() + ticks;
        while (ticker.now() < until) {
            Thread.onSpinWait();
        }
        return target.send(sequence, entry, write);
    }

    @Override
    public void poll() {
        target.poll();
    }

    @Override
    public void onCompletion(Completions completions) {
        target.onCompletion(completions);
    }

    @Override
    public void close() throws IOException {
        target.close();
    }
}
