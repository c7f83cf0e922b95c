package io.needletail.registry;

/** Asks for cache lines that are about to be changed, without waiting for them. What it does is never seen but in time. */
@FunctionalInterface
public interface Prefetcher {
    /** Asks for nothing. */
    Prefetcher NONE = (first, second) -> {};

    /** Two absolute addresses. */
    void prefetchForWrite(long first, long second);
}
