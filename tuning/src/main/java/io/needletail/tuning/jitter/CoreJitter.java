package io.needletail.tuning.jitter;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The gaps of one core: the times between two looks at the cycle counter that were longer than the threshold.
 *
 * @param cpu the core
 * @param thresholdNs what counts as a gap
 * @param cyclesPerNs the counter's rate
 * @param runtimeNs how long the thread spun
 * @param gaps the gaps in ns
 * @param totalNs their sum
 */
public record CoreJitter(
        int cpu, long thresholdNs, double cyclesPerNs, long runtimeNs, Histogram gaps, double totalNs) {
    /** The columns of sysjitter, in its order, under its names. */
    public Map<String, Number> columns() {
        double seconds = runtimeNs / 1e9;
        Map<String, Number> columns = new LinkedHashMap<>();
        columns.put("core_i", cpu);
        columns.put("threshold(ns)", thresholdNs);
        columns.put("cpu_mhz", Math.round(cyclesPerNs * 1_000));
        columns.put("runtime(ns)", runtimeNs);
        columns.put("runtime(s)", round(seconds, 3));
        columns.put("int_n", gaps.getTotalCount());
        columns.put("int_n_per_sec", round(gaps.getTotalCount() / seconds, 3));
        columns.put("int_min(ns)", gaps.getTotalCount() == 0 ? 0 : gaps.getMinNonZeroValue());
        columns.put("int_median(ns)", gaps.getValueAtPercentile(50));
        columns.put("int_mean(ns)", Math.round(gaps.getMean()));
        columns.put("int_90(ns)", gaps.getValueAtPercentile(90));
        columns.put("int_99(ns)", gaps.getValueAtPercentile(99));
        columns.put("int_999(ns)", gaps.getValueAtPercentile(99.9));
        columns.put("int_9999(ns)", gaps.getValueAtPercentile(99.99));
        columns.put("int_99999(ns)", gaps.getValueAtPercentile(99.999));
        columns.put("int_max(ns)", gaps.getMaxValue());
        columns.put("int_total(ns)", Math.round(totalNs));
        columns.put("int_total(%)", round(100 * totalNs / runtimeNs, 4));
        return columns;
    }

    /** Gaps by power of two: the upper ends in ns with the number of gaps up to there and above the one before. */
    public Map<Long, Long> histogram() {
        Map<Long, Long> buckets = new LinkedHashMap<>();
        long from = 0;
        for (long to = 256; from <= gaps.getMaxValue(); to *= 2) {
            long count = gaps.getTotalCount() == 0 ? 0 : gaps.getCountBetweenValues(from, to - 1);
            if (count > 0 || !buckets.isEmpty()) {
                buckets.put(to, count);
            }
            from = to;
        }
        return buckets;
    }

    private static double round(double value, int digits) {
        double scale = Math.pow(10, digits);
        return Math.round(value * scale) / scale;
    }
}
