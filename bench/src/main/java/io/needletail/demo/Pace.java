package io.needletail.demo;

import io.needletail.memory.CycleCounter;

/** When a row may be sent: at once, or at its time of the day divided by a speed. Open loop: late rows are not excused. */
final class Pace {
    private final double cyclesPerTapeNs;
    private long firstTimeNs = -1;
    private long firstCycles;

    private Pace(double cyclesPerTapeNs) {
        this.cyclesPerTapeNs = cyclesPerTapeNs;
    }

    static Pace none() {
        return new Pace(0);
    }

    static Pace speed(double speed, double cyclesPerNs) {
        return new Pace(cyclesPerNs / speed);
    }

    /** Waits for a row's time, polling the session; the intended time in cycles, or 0 when there is no pace. */
    long await(long timeNs, FeedHandler feed) {
        if (cyclesPerTapeNs == 0) {
            return 0;
        }
        if (firstTimeNs < 0) {
            firstTimeNs = timeNs;
            firstCycles = CycleCounter.read();
        }
        long intended = firstCycles + (long) ((timeNs - firstTimeNs) * cyclesPerTapeNs);
        while (CycleCounter.read() - intended < 0) {
            feed.idle();
        }
        return intended;
    }
}
