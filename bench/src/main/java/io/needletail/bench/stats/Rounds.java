package io.needletail.bench.stats;

import java.util.Arrays;
import org.openjdk.jmh.util.ListStatistics;

/** What several rounds of one measurement say together. */
public final class Rounds {
    private static final double CONFIDENCE = 0.95;

    private Rounds() {}

    public static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Round by round, so that what the machine did in a round falls on both sides alike. */
    public static double[] ratios(double[] first, double[] second) {
        int rounds = Math.min(first.length, second.length);
        double[] ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            ratios[i] = first[i] / second[i];
        }
        return ratios;
    }

    /** Half the width of the 95% confidence interval of the mean; 0 for a single round. */
    public static double meanError(double[] values) {
        double error = new ListStatistics(values).getMeanErrorAt(CONFIDENCE);
        return Double.isNaN(error) ? 0 : error;
    }

    public static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    public static double min(double[] values) {
        return Arrays.stream(values).min().orElse(Double.NaN);
    }

    public static double max(double[] values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }
}
