package io.needletail.bench.latency;

import io.needletail.memory.CycleCounter;

/** Ticks of the cycle counter against nanoseconds of the monotonic clock, from one moment before a run and one after. */
final class TickScale {
    private final CycleCounter.Moment begin = CycleCounter.moment();
    private CycleCounter.Moment end;

    void end() {
        end = CycleCounter.moment();
    }

    long beginNs() {
        return begin.ns();
    }

    double ticksPerNs() {
        return end.rateSince(begin);
    }

    long ticksAt(long ns) {
        return begin.cycles() + Math.round((ns - begin.ns()) * ticksPerNs());
    }

    double nsOf(long ticks) {
        return ticks / ticksPerNs();
    }
}
