package io.needletail.bench.report;

import io.needletail.bench.stats.Rounds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One figure that was measured.
 *
 * @param name subject, with a suffix for the working set
 * @param unit of {@code mean} or of the percentiles
 * @param values mean, or percentiles by name: the median over the rounds of each
 * @param error half the 95% confidence interval of the mean, or of the median of the first percentile
 * @param rounds what the error was taken from
 * @param workingSet what was touched
 * @param comparedOn what a ratio with this figure rests on
 */
public record Result(
        String name,
        String unit,
        Map<String, Double> values,
        double error,
        double[] rounds,
        String workingSet,
        String comparedOn) {
    private static final String NS = "ns";

    public static Result mean(String name, double[] rounds, String workingSet, String comparedOn) {
        return new Result(
                name,
                NS + "/op",
                Map.of("mean", Rounds.median(rounds)),
                Rounds.meanError(rounds),
                rounds,
                workingSet,
                comparedOn);
    }

    public static Result percentiles(
            String name, Map<String, List<Double>> rounds, String workingSet, String comparedOn) {
        Map<String, Double> medians = new LinkedHashMap<>();
        rounds.forEach((percentile, values) -> medians.put(percentile, Rounds.median(array(values))));
        double[] p50 = array(rounds.get("p50"));
        return new Result(name, NS, medians, Rounds.meanError(p50), p50, workingSet, comparedOn);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
