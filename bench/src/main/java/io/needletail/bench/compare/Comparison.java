package io.needletail.bench.compare;

import java.util.List;
import java.util.Map;

/** Two runs side by side: what both measured, B divided by A. */
public final class Comparison {
    /** One line: a figure's name, what A and B had, and their quotient. */
    record Line(String name, double first, double second, Quotient quotient, boolean higherIsBetter) {}

    private final List<String> machineDifferences;
    private final List<String> runDifferences;
    private final List<String> failed;
    private final List<Line> lines;

    Comparison(List<String> machineDifferences, List<String> runDifferences, List<String> failed, List<Line> lines) {
        this.machineDifferences = List.copyOf(machineDifferences);
        this.runDifferences = List.copyOf(runDifferences);
        this.failed = List.copyOf(failed);
        this.lines = List.copyOf(lines);
    }

    /** How the two machines differ; empty when they are alike. */
    public List<String> machineDifferences() {
        return machineDifferences;
    }

    /** How the two runs were asked to be different things; empty when they were asked the same. */
    public List<String> runDifferences() {
        return runDifferences;
    }

    /** Runs that did not reach their rate: their latencies are those of a lower one. */
    public List<String> failed() {
        return failed;
    }

    /** Whether there is anything that both runs measured. */
    public boolean isEmpty() {
        return lines.isEmpty();
    }

    public void print(java.io.PrintStream out) {
        out.printf("%-46s %12s %12s %8s  %-19s%n", "", "A", "B", "B/A", "95% confidence");
        for (Line line : lines) {
            out.printf(
                    java.util.Locale.ROOT,
                    "%-46s %12.4g %12.4g %8.3f  %-19s %s%n",
                    line.name(),
                    line.first(),
                    line.second(),
                    line.quotient().value(),
                    String.format(
                            java.util.Locale.ROOT,
                            "%.3f..%.3f",
                            line.quotient().low(),
                            line.quotient().high()),
                    line.quotient().verdict(line.higherIsBetter()));
        }
    }

    /** As JSON has it. */
    public List<Map<String, Object>> json() {
        return lines.stream()
                .map(line -> Map.<String, Object>of(
                        "name", line.name(),
                        "a", line.first(),
                        "b", line.second(),
                        "ratio", line.quotient().value(),
                        "low", line.quotient().low(),
                        "high", line.quotient().high(),
                        "verdict", line.quotient().verdict(line.higherIsBetter())))
                .toList();
    }
}
