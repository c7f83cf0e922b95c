package io.needletail.registry.view;

/** What a reader needs of the world while it waits for a writer: the time, and a way to wait a little. */
@FunctionalInterface
public interface MonotonicClock {
    /** Nanoseconds on the machine's monotonic clock (CLOCK_MONOTONIC), one time line for all its processes. */
    long nowNs();

    /** Called once a spin; the processor's pause instruction where there is one. */
    default void pause() {}
}
