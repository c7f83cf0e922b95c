package io.needletail.bench.latency;

import io.needletail.memory.CycleCounter;

/** Ticks of the cycle counter against nanoseconds of the monotonic clock, from one pair before a run and one after. */
final class TickScale {
    private final long beginTicks;
    private final long beginNs;
    private long endTicks;
    private long endNs;

    TickScale() {
        long before = CycleCounter.read();
        beginNs = System.nanoTime();
        beginTicks = before + (CycleCounter.read() - before) / 2;
    }

    void end() {
        long before = CycleCounter.read();
        endNs = System.nanoTime();
        endTicks = before + (CycleCounter.read() - before) / 2;
    }

    long beginNs() {
        return beginNs;
    }

    double ticksPerNs() {
        return (double) (endTicks - beginTicks) / (endNs - beginNs);
    }

    long ticksAt(long ns) {
        return beginTicks + Math.round((ns - beginNs) * ticksPerNs());
    }

    double nsOf(long ticks) {
        return ticks / ticksPerNs();
    }
}
