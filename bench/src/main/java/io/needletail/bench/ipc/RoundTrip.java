package io.needletail.bench.ipc;

/** One message there and one back, from a client that spins for the answer. */
public interface RoundTrip extends AutoCloseable {
    /** Sends and returns when the answer is here. */
    void play();

    @Override
    void close();
}
