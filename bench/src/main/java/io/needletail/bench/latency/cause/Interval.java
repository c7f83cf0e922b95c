package io.needletail.bench.latency.cause;

/** A stretch of time, in ticks, that explains what was slow in it. */
public record Interval(long began, long ended, Cause cause) {
    long overlap(long from, long to) {
        return Math.max(0, Math.min(ended, to) - Math.max(began, from));
    }
}
