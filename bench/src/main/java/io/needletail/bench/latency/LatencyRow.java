package io.needletail.bench.latency;

import io.needletail.bench.latency.cause.Cause;
import io.needletail.bench.latency.cause.SlowSample;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * What one run at one rate showed.
 *
 * @param askedRate operations a second that were asked for
 * @param reachedRate operations a second that were done
 * @param count operations
 * @param startedMs wall clock at its beginning
 * @param scale ticks to ns
 * @param recorder its samples
 * @param slow the slow samples with their causes, as many as were kept
 * @param hiccups gaps in ns by core
 * @param gapsDropped gaps of the client that there was no room to keep
 */
record LatencyRow(
        double askedRate,
        double reachedRate,
        long count,
        long startedMs,
        TickScale scale,
        SampleRecorder recorder,
        List<Explained> slow,
        Map<String, Histogram> hiccups,
        long gapsDropped) {
    /** A run that did less than this share of what was asked shows the latency of a lower rate. */
    static final double REACHED = 0.99;

    /** A slow sample and why. */
    record Explained(SlowSample sample, Set<Cause> causes) {}

    boolean failed() {
        return reachedRate < REACHED * askedRate;
    }
}
