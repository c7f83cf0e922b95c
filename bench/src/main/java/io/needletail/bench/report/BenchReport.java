package io.needletail.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.needletail.bench.stats.Rounds;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Results and ratios of one run, for people and as JSON ({@code bench-report.schema.json}). */
public final class BenchReport {
    private final Map<String, Object> environment;
    private final List<Result> results = new ArrayList<>();
    private final Map<String, Ratio> ratios = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, Object> parameters = new LinkedHashMap<>();
    private Map<String, Double> counterCostNs = Map.of();

    public BenchReport(Map<String, Object> environment) {
        this.environment = environment;
    }

    public void add(Result result) {
        results.add(result);
    }

    public void add(Ratio ratio) {
        ratios.put(ratio.key(), ratio);
    }

    /** How the run was asked to be; two runs are only compared when these are equal. */
    public void parameter(String name, Object value) {
        parameters.put(name, value);
    }

    /** What of the cycle counter was subtracted from every latency, by subject. */
    public void counterCost(Map<String, Double> ns) {
        counterCostNs = Map.copyOf(ns);
        note("cycle counter, subtracted from every latency, ns: " + new TreeMap<>(ns));
    }

    /** Something that a reader should know, printed below the tables. */
    public void note(String note) {
        notes.add(note);
    }

    public Map<String, Ratio> ratios() {
        return ratios;
    }

    public void print(PrintStream out) {
        out.printf("%n%-34s %10s %10s  %-15s %s%n", "result", "value", "+-", "unit", "working set");
        for (Result result : results) {
            out.printf(
                    Locale.ROOT,
                    "%-34s %10.2f %10.2f  %-15s %s%s%n",
                    result.name(),
                    result.values().values().iterator().next(),
                    result.error(),
                    result.unit(),
                    result.workingSet(),
                    percentiles(result));
        }
        out.printf("%n%-42s %10s  %-21s %s%n", "ratio", "median", "lowest..highest", "target");
        for (Ratio ratio : ratios.values()) {
            out.printf(
                    Locale.ROOT,
                    "%-42s %10s  %-21s %s%n",
                    ratio.key(),
                    number(ratio.value()),
                    ratio.rounds().length == 1
                            ? ""
                            : number(Rounds.min(ratio.rounds())) + ".." + number(Rounds.max(ratio.rounds())),
                    target(ratio));
        }
        notes.forEach(note -> out.println(note));
    }

    private static String percentiles(Result result) {
        StringBuilder text = new StringBuilder();
        if (result.values().containsKey("p50")) {
            result.values().forEach((name, value) -> text.append(String.format(Locale.ROOT, " %s %.0f", name, value)));
        }
        return text.toString();
    }

    private static String target(Ratio ratio) {
        OptionalDouble target = Targets.of(ratio.key());
        if (target.isEmpty()) {
            return "";
        }
        String direction = Targets.higherIsBetter(ratio.key()) ? ">= " : "<= ";
        return direction
                + number(target.getAsDouble())
                + (Targets.isMet(ratio.key(), ratio.value()) ? "  ok" : "  MISSED");
    }

    private static String number(double value) {
        return Math.abs(value) >= 1e6
                ? String.format(Locale.ROOT, "%.1fM", value / 1e6)
                : String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.1f" : "%.3f", value);
    }

    public void writeJson(Path file) throws IOException {
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), json());
    }

    /** As it is written. */
    public Map<String, Object> json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("environment", environment);
        report.put("parameters", parameters);
        report.put("counterCostNs", counterCostNs);
        report.put("results", results.stream().map(BenchReport::json).toList());
        Map<String, Double> values = new LinkedHashMap<>();
        Map<String, Object> details = new LinkedHashMap<>();
        for (Ratio ratio : ratios.values()) {
            values.put(ratio.key(), ratio.value());
            details.put(ratio.key(), detail(ratio));
        }
        report.put("ratios", values);
        report.put("ratioDetails", details);
        report.put("notes", notes);
        return report;
    }

    private static Map<String, Object> json(Result result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", result.name());
        json.put("unit", result.unit());
        if (result.values().containsKey("p50")) {
            json.put("percentiles", result.values());
        } else {
            json.put("mean", result.values().get("mean"));
        }
        json.put("error", result.error());
        json.put("rounds", result.rounds());
        json.put("workingSet", result.workingSet());
        json.put("comparedOn", result.comparedOn());
        return json;
    }

    private static Map<String, Object> detail(Ratio ratio) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("rounds", ratio.rounds());
        OptionalDouble target = Targets.of(ratio.key());
        if (target.isPresent()) {
            detail.put("target", target.getAsDouble());
            detail.put("met", Targets.isMet(ratio.key(), ratio.value()));
        }
        return detail;
    }
}
