package io.needletail.bench.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.compare.Comparison.Line;
import io.needletail.bench.latency.HistogramLog;
import io.needletail.bench.report.Environment;
import io.needletail.bench.report.Targets;
import io.needletail.bench.stats.Rounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Reads two runs of one kind, folders of {@code bench latency} or JSON files of {@code floors} and {@code tiers}. */
public final class Comparer {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> LATENCY_PARAMETERS =
            List.of("tier", "distribution", "entries", "reads", "burst", "writerRate", "openLoop", "smoke");

    private final Path first;
    private final Path second;

    public Comparer(Path first, Path second) {
        this.first = first;
        this.second = second;
    }

    public Comparison compare() throws IOException {
        if (Files.isDirectory(first) != Files.isDirectory(second)) {
            throw new IOException("one is a folder of a latency run, the other a JSON file");
        }
        List<String> failed = new ArrayList<>(failed("A", first));
        failed.addAll(failed("B", second));
        return new Comparison(
                Environment.differences(machine(first), machine(second)),
                Environment.differences(parameters(first), parameters(second)),
                failed,
                Files.isDirectory(first) ? histograms() : reports());
    }

    /** How a run was asked to be. */
    private static Map<String, Object> parameters(Path run) throws IOException {
        if (!Files.isDirectory(run)) {
            return JSON.convertValue(read(run).path("parameters"), new TypeReference<Map<String, Object>>() {});
        }
        JsonNode result = read(run.resolve("result.json"));
        Map<String, Object> parameters = new LinkedHashMap<>();
        for (String name : LATENCY_PARAMETERS) {
            parameters.put(name, result.path(name).asText());
        }
        return parameters;
    }

    private static List<String> failed(String side, Path run) throws IOException {
        List<String> failed = new ArrayList<>();
        if (Files.isDirectory(run)) {
            for (JsonNode one : read(run.resolve("result.json")).path("runs")) {
                if (one.path("failed").asBoolean()) {
                    failed.add(String.format(
                            Locale.ROOT,
                            "%s FAILED: asked for %,.0f/s, reached %,.0f/s",
                            side,
                            one.path("askedRate").asDouble(),
                            one.path("reachedRate").asDouble()));
                }
            }
        }
        return failed;
    }

    private static Map<String, Object> machine(Path run) throws IOException {
        JsonNode root = Files.isDirectory(run)
                ? read(run.resolve("environment.json"))
                : read(run).path("environment");
        JsonNode machine = root.path(Environment.MACHINE);
        if (!machine.isObject()) {
            throw new IOException(run + " does not say what machine it was taken on");
        }
        return JSON.convertValue(machine, new TypeReference<Map<String, Object>>() {});
    }

    private static JsonNode read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("cannot read " + file);
        }
        try {
            return JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not JSON: " + e.getOriginalMessage());
        }
    }

    private List<Line> histograms() throws IOException {
        Map<String, List<Histogram>> ofFirst = HistogramLog.read(first.resolve("latency.hlog"));
        Map<String, List<Histogram>> ofSecond = HistogramLog.read(second.resolve("latency.hlog"));
        if (ofFirst.isEmpty() || ofSecond.isEmpty()) {
            throw new IOException((ofFirst.isEmpty() ? first : second) + ": latency.hlog holds no histogram");
        }
        List<Line> lines = new ArrayList<>();
        ofFirst.forEach((tag, intervals) -> {
            // service times have one interval, hiccups are no latency: neither can be drawn from
            if (ofSecond.containsKey(tag) && intervals.size() > 1) {
                for (double percentile : PERCENTILES) {
                    lines.add(line(tag, percentile, intervals, ofSecond.get(tag)));
                }
            }
        });
        return lines;
    }

    private static Line line(String tag, double percentile, List<Histogram> first, List<Histogram> second) {
        Quotient quotient = Bootstrap.quotient(
                Bootstrap.all(first.size()),
                Bootstrap.all(second.size()),
                drawn -> percentile(first, drawn, percentile),
                drawn -> percentile(second, drawn, percentile));
        String name =
                tag + " p" + (percentile == Math.rint(percentile) ? Long.toString((long) percentile) : percentile);
        return new Line(
                name,
                percentile(first, Bootstrap.all(first.size()), percentile),
                percentile(second, Bootstrap.all(second.size()), percentile),
                quotient,
                false);
    }

    private static double percentile(List<Histogram> intervals, int[] drawn, double percentile) {
        Histogram sum = new Histogram(intervals.get(0).getHighestTrackableValue(), 3);
        for (int i : drawn) {
            sum.add(intervals.get(i));
        }
        return Math.max(1, sum.getValueAtPercentile(percentile)); // a zero divides nothing
    }

    private List<Line> reports() throws IOException {
        JsonNode ofFirst = read(first);
        JsonNode ofSecond = read(second);
        List<Line> lines = new ArrayList<>();
        for (JsonNode result : ofFirst.path("results")) {
            for (JsonNode other : ofSecond.path("results")) {
                if (result.path("name").equals(other.path("name"))) {
                    add(lines, result.path("name").asText(), rounds(result), rounds(other));
                }
            }
        }
        for (Map.Entry<String, JsonNode> ratio : ofFirst.path("ratioDetails").properties()) {
            JsonNode other = ofSecond.path("ratioDetails").path(ratio.getKey());
            if (!other.isMissingNode()) {
                add(lines, ratio.getKey(), rounds(ratio.getValue()), rounds(other));
            }
        }
        return lines;
    }

    private static double[] rounds(JsonNode figure) {
        double[] rounds = new double[figure.path("rounds").size()];
        Arrays.setAll(rounds, i -> figure.path("rounds").get(i).asDouble());
        return rounds;
    }

    private static void add(List<Line> lines, String name, double[] first, double[] second) {
        if (first.length == 0 || second.length == 0 || Rounds.median(first) == 0) {
            return; // nothing to divide
        }
        Quotient quotient = Bootstrap.quotient(
                Bootstrap.all(first.length),
                Bootstrap.all(second.length),
                drawn -> Rounds.median(pick(first, drawn)),
                drawn -> Rounds.median(pick(second, drawn)));
        lines.add(new Line(name, Rounds.median(first), Rounds.median(second), quotient, Targets.higherIsBetter(name)));
    }

    private static double[] pick(double[] values, int[] drawn) {
        return Arrays.stream(drawn).mapToDouble(i -> values[i]).toArray();
    }
}
