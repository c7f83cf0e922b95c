package io.needletail.bench.latency.tier;

import java.io.IOException;

/** What is asked: a tier, or a simulated server. For one thread. */
public interface Target extends AutoCloseable {
    /** Hears of every operation that is done. */
    @FunctionalInterface
    interface Completions {
        void completed(long sequence, boolean retried);
    }

    /**
     * Sends an operation; false when there is no room for it now. Operations are numbered from 0 without a gap, and a tier
     * without a wire completes them before it returns.
     */
    boolean send(long sequence, int entry, boolean write);

    /** Takes what has been answered. */
    void poll();

    void onCompletion(Completions completions);

    @Override
    void close() throws IOException;
}
