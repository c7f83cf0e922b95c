package io.needletail.bench.stats;

import io.needletail.memory.CycleCounter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** Latencies of one operation, recorded in counts of the cycle counter and reported in nanoseconds. */
public final class LatencyRecorder {
    /** 10 s at 4 GHz, to three digits. */
    private static final long HIGHEST_CYCLES = 40_000_000_000L;

    private static final int COST_ROUNDS = 50;
    private static final int PAIRS_A_ROUND = 20_000;

    private static final Map<String, Double> PERCENTILES = new LinkedHashMap<>();

    static {
        PERCENTILES.put("p50", 50.0);
        PERCENTILES.put("p90", 90.0);
        PERCENTILES.put("p99", 99.0);
        PERCENTILES.put("p99.9", 99.9);
        PERCENTILES.put("p99.99", 99.99);
    }

    private final String operation;
    private final Histogram cycles = new Histogram(HIGHEST_CYCLES, 3);
    private final long startedMs = System.currentTimeMillis();

    public LatencyRecorder(String operation) {
        this.operation = operation;
    }

    public void record(long elapsedCycles) {
        cycles.recordValue(Math.max(0, Math.min(HIGHEST_CYCLES, elapsedCycles)));
    }

    public String operation() {
        return operation;
    }

    public boolean isEmpty() {
        return cycles.getTotalCount() == 0;
    }

    public long medianCycles() {
        return cycles.getValueAtPercentile(50.0);
    }

    /** count, percentiles and max in ns, as the JSON report has them. */
    public Map<String, Object> summary(double cyclesPerNs) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("count", cycles.getTotalCount());
        PERCENTILES.forEach((name, percentile) ->
                summary.put(name, Math.round(cycles.getValueAtPercentile(percentile) / cyclesPerNs)));
        summary.put("max", Math.round(cycles.getMaxValue() / cyclesPerNs));
        return summary;
    }

    /** The same without rounding to nanoseconds, for ratios. */
    public Map<String, Object> summaryNs(double cyclesPerNs) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("count", cycles.getTotalCount());
        summary.put("mean", cycles.getMean() / cyclesPerNs);
        PERCENTILES.forEach(
                (name, percentile) -> summary.put(name, cycles.getValueAtPercentile(percentile) / cyclesPerNs));
        summary.put("max", cycles.getMaxValue() / cyclesPerNs);
        return summary;
    }

    /** Writes an HdrHistogram log with a tag an operation; values are nanoseconds. */
    public static void writeLog(Path file, List<LatencyRecorder> latencies, double cyclesPerNs) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file))) {
            HistogramLogWriter writer = new HistogramLogWriter(out);
            writer.outputComment("[latency in nanoseconds, one histogram an operation]");
            writer.outputLogFormatVersion();
            writer.outputLegend();
            for (LatencyRecorder latency : latencies) {
                writer.outputIntervalHistogram(latency.inNanoseconds(cyclesPerNs));
            }
        }
    }

    private Histogram inNanoseconds(double cyclesPerNs) {
        Histogram ns = new Histogram(HIGHEST_CYCLES, 3);
        cycles.recordedValues()
                .forEach(value -> ns.recordValueWithCount(
                        Math.round(value.getValueIteratedTo() / cyclesPerNs), value.getCountAtValueIteratedTo()));
        ns.setTag(operation);
        ns.setStartTimeStamp(startedMs);
        ns.setEndTimeStamp(System.currentTimeMillis());
        return ns;
    }

    /**
     * What one reading of the counter costs, the smallest of many pairs. Taken in rounds: a single one would be over before the
     * compiler is done with it, in one process and not in the next, whose figures would then be compared.
     */
    public static long counterCost() {
        long cost = Long.MAX_VALUE;
        for (int i = 0; i < COST_ROUNDS; i++) {
            cost = Math.min(cost, smallestPair());
        }
        return cost;
    }

    private static long smallestPair() {
        long cost = Long.MAX_VALUE;
        for (int i = 0; i < PAIRS_A_ROUND; i++) {
            long begin = CycleCounter.read();
            cost = Math.min(cost, CycleCounter.read() - begin);
        }
        return cost;
    }
}
