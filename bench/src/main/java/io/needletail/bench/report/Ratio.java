package io.needletail.bench.report;

import io.needletail.bench.stats.Rounds;

/**
 * One figure divided by another of the same run, or a figure that stands for itself.
 *
 * @param key first/second, lower is better unless it says rate or PerSecond
 * @param rounds the quotient of each alternating round
 */
public record Ratio(String key, double[] rounds) {
    public static Ratio of(String key, double[] first, double[] second) {
        return new Ratio(key, Rounds.ratios(first, second));
    }

    public static Ratio figure(String key, double value) {
        return new Ratio(key, new double[] {value});
    }

    /** The median over the rounds. */
    public double value() {
        return Rounds.median(rounds);
    }
}
