package io.needletail.bench.latency;

import java.util.List;
import java.util.Locale;

/**
 * What a latency run does.
 *
 * @param tier what is asked
 * @param rates operations a second, a run each
 * @param burst operations with one intended time
 * @param seconds of each run
 * @param warmUpSeconds before the first, apart
 * @param distribution of the entries
 * @param reads share of operations that read
 * @param entries a power of two
 * @param thresholdNs a slower sample is looked into
 * @param writerRate writes a second by another process meanwhile (tier reader)
 * @param closed the classical mistake, to show the difference
 * @param smoke whether it only shows that everything works
 * @param faults what is planted
 */
public record LatencyPlan(
        Tier tier,
        List<Double> rates,
        int burst,
        double seconds,
        double warmUpSeconds,
        Workload.Distribution distribution,
        double reads,
        int entries,
        long thresholdNs,
        double writerRate,
        boolean closed,
        boolean smoke,
        Faults faults) {
    /** The ways to an entry that exist today. */
    public enum Tier {
        EMBEDDED,
        READER,
        IPC;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Faults that tests plant.
     *
     * @param stallEveryNs how often another thread takes the client's core, 0 for never
     * @param stallNs for how long
     * @param slowNs how long the client dawdles before each operation
     * @param pauseEveryNs how often the server is stopped, 0 for never
     * @param pauseNs for how long
     */
    public record Faults(long stallEveryNs, long stallNs, long slowNs, long pauseEveryNs, long pauseNs) {}

    public LatencyPlan {
        String fault = fault(tier, rates, burst, seconds, warmUpSeconds, reads, entries, writerRate);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
        rates = List.copyOf(rates);
    }

    private static String fault(
            Tier tier,
            List<Double> rates,
            int burst,
            double seconds,
            double warmUpSeconds,
            double reads,
            int entries,
            double writerRate) {
        if (rates.isEmpty() || rates.stream().anyMatch(rate -> !(rate >= 1 && rate <= 1e9))) {
            return "--rate " + rates + ": from 1 to 1,000,000,000 a second";
        }
        if (burst < 1 || burst > 1_000_000 || !(seconds > 0 && seconds <= 86_400) || !(warmUpSeconds >= 0)) {
            return "--burst from 1 to 1,000,000, --seconds from 0 to 86,400, --warm-up not negative";
        }
        if (!(reads >= 0 && reads <= 1) || (tier == Tier.READER && reads < 1)) {
            return tier == Tier.READER
                    ? "--reads: a co-located reader only reads"
                    : "--reads " + reads + ": from 0 to 1";
        }
        if (entries < 2 || entries > 1 << 26 || Integer.bitCount(entries) != 1) {
            return "--entries " + entries + ": a power of two up to " + (1 << 26);
        }
        return writerRate < 0 || (writerRate > 0 && tier != Tier.READER)
                ? "--writer-rate goes with --tier reader"
                : null;
    }

    /** How many operations a run at this rate has. */
    public long count(double rate) {
        return Math.max(SampleRecorder.INTERVALS, Math.round(rate * seconds));
    }
}
