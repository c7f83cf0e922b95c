package io.needletail.bench.latency;

/**
 * When operations are meant to be sent: {@code burst} at a time, at a fixed rate, whatever became of the earlier ones. That is
 * what makes the loop open: a slow answer delays no intended time, so the delay it causes is measured and not omitted.
 */
public final class Schedule {
    private final double ticksPerBurst;
    private final int burst;
    private long start;
    private long bursts;
    private int inBurst;

    /**
     * @param ratePerSecond operations a second
     * @param burst operations with one intended time
     * @param ticksPerSecond of the ticker
     */
    public Schedule(double ratePerSecond, int burst, double ticksPerSecond) {
        if (!(ratePerSecond > 0) || burst < 1) {
            throw new IllegalArgumentException("rate=" + ratePerSecond + " burst=" + burst);
        }
        this.burst = burst;
        ticksPerBurst = ticksPerSecond * burst / ratePerSecond;
    }

    public void begin(long now) {
        start = now;
        bursts = 0;
        inBurst = 0;
    }

    /** The intended time of the operation that is sent next. */
    public long intended() {
        return start + (long) (bursts * ticksPerBurst);
    }

    /** The present operation was sent. */
    public void advance() {
        if (++inBurst == burst) {
            inBurst = 0;
            bursts++;
        }
    }

    /** Ticks that {@code count} operations take when they keep to the schedule. */
    public double ticks(long count) {
        return (double) count / burst * ticksPerBurst;
    }
}
