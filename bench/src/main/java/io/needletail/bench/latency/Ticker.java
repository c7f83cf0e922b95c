package io.needletail.bench.latency;

import io.needletail.memory.CycleCounter;

/** Time in ticks: the cycle counter, or a simulated twin. */
@FunctionalInterface
public interface Ticker {
    Ticker CYCLES = CycleCounter::read;

    long now();
}
