package io.needletail.bench.expiry;

/** What reading the clock takes, looked at again and again. Some hosts change it from one second to the next, by a factor of ten. */
final class ClockPace {
    private static final int READS = 2_000;
    /** Between the least and the most: well above what an interrupt adds, well below what a change of the clock does. */
    private static final double STEADY = 2.0;

    private double leastNs = Double.MAX_VALUE;
    private double mostNs;

    ClockPace() {
        look();
    }

    /** Looks once more. The least of a few tries, because a try may be interrupted. */
    void look() {
        double ns = Math.min(readNs(), Math.min(readNs(), readNs()));
        leastNs = Math.min(leastNs, ns);
        mostNs = Math.max(mostNs, ns);
    }

    private static double readNs() {
        long begin = System.nanoTime();
        long end = begin;
        for (int i = 0; i < READS; i++) {
            end = System.nanoTime();
        }
        return (double) (end - begin) / READS;
    }

    boolean isSteady() {
        return mostNs < leastNs * STEADY;
    }

    @Override
    public String toString() {
        return mostNs < leastNs * 1.1
                ? Math.round(mostNs) + " ns"
                : Math.round(leastNs) + " to " + Math.round(mostNs) + " ns";
    }
}
