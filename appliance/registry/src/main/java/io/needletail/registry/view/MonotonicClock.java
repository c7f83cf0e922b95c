package io.needletail.registry.view;

/** Nanoseconds on the machine's monotonic clock (CLOCK_MONOTONIC), one time line for all its processes. */
@FunctionalInterface
public interface MonotonicClock {
    long nowNs();
}
