package io.needletail.bench.html;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Curves over batch lengths, working sets and cores. */
final class CurveSections {
    private static final Pattern BATCH =
            Pattern.compile("batch\\.(byHandle|byKey\\.vector|byKey\\.native|resolve\\.native)\\.batch(\\d+)(\\..*)?");
    private static final Pattern SINGLE =
            Pattern.compile("batch\\.(load|byHandle\\.dependent|byHandle|byKey)(\\.(?!dependent)[^.]*)?");
    private static final Pattern SCALE = Pattern.compile("scale\\.(get|put)\\.shards(\\d+)\\.(efficiency|perSecond)");

    private CurveSections() {}

    /** A chart a working set: ns an entry over the length of the batch. */
    static String batches(JsonNode report) {
        Map<String, Map<String, List<double[]>>> bySet = new LinkedHashMap<>();
        Map<String, Double> single = new LinkedHashMap<>();
        for (JsonNode result : report.get("results")) {
            Matcher batch = BATCH.matcher(result.get("name").asText());
            Matcher alone = SINGLE.matcher(result.get("name").asText());
            if (batch.matches()) {
                bySet.computeIfAbsent(set(batch.group(3)), any -> new TreeMap<>())
                        .computeIfAbsent(batch.group(1) + " in batches", any -> new ArrayList<>())
                        .add(new double[] {
                            Double.parseDouble(batch.group(2)),
                            result.get("mean").asDouble()
                        });
            } else if (alone.matches()) {
                single.put(
                        set(alone.group(2)) + "/" + alone.group(1),
                        result.get("mean").asDouble());
            }
        }
        StringBuilder charts = new StringBuilder("<div class=\"charts\">");
        bySet.forEach((set, lines) -> charts.append(batchChart(set, lines, single)));
        return charts.append("</div>").toString();
    }

    private static String batchChart(String set, Map<String, List<double[]>> lines, Map<String, Double> single) {
        List<Double> all = new ArrayList<>();
        lines.values().forEach(points -> points.forEach(point -> all.add(point[1])));
        single.forEach((name, ns) -> {
            if (name.startsWith(set + "/")) {
                all.add(ns);
            }
        });
        LineChart chart = new LineChart(
                set + ": time an entry by batch length",
                new Axis(1, 100, true, "entries in a batch", Axis::number),
                Axis.log(all, "time an entry", Axis::ns));
        lines.forEach(chart::line);
        single.forEach((name, ns) -> {
            if (name.startsWith(set + "/")) {
                chart.dashed(
                        name.substring(set.length() + 1) + ", one by one",
                        List.of(new double[] {1, ns}, new double[] {100, ns}));
            }
        });
        return chart.html();
    }

    private static String set(String suffix) {
        return suffix == null || suffix.isEmpty() ? "4,096 entries" : suffix.substring(1);
    }

    /** Time an entry by working set, one by one and in batches of 16. */
    static String workingSets(JsonNode report) {
        Map<String, List<double[]>> lines = new LinkedHashMap<>();
        List<Double> sizes = new ArrayList<>();
        List<Double> times = new ArrayList<>();
        for (JsonNode result : report.get("results")) {
            Matcher batch = BATCH.matcher(result.get("name").asText());
            Matcher alone = SINGLE.matcher(result.get("name").asText());
            String line = batch.matches() && batch.group(2).equals("16")
                    ? batch.group(1) + " in batches of 16"
                    : alone.matches() ? alone.group(1) + ", one by one" : null;
            if (line != null) {
                double entries = entries(result.get("workingSet").asText());
                double ns = result.get("mean").asDouble();
                lines.computeIfAbsent(line, any -> new ArrayList<>()).add(new double[] {entries, ns});
                sizes.add(entries);
                times.add(ns);
            }
        }
        LineChart chart = new LineChart(
                "time an entry by working set",
                Axis.log(sizes, "entries of 16 + 16 bytes", Axis::number),
                Axis.log(times, "time an entry", Axis::ns));
        lines.forEach((name, points) -> {
            points.sort((a, b) -> Double.compare(a[0], b[0]));
            chart.line(name, points);
        });
        return "<div class=\"charts\">" + chart.html() + "</div>";
    }

    /** The number that a working set's description begins with. */
    private static double entries(String workingSet) {
        return Double.parseDouble(workingSet.replaceAll(" .*", "").replace(",", ""));
    }

    static String scaling(JsonNode report) {
        Map<String, List<double[]>> efficiency = new LinkedHashMap<>();
        Map<String, List<double[]>> rate = new LinkedHashMap<>();
        List<Double> rates = new ArrayList<>();
        double most = 1;
        for (var ratio : report.get("ratios").properties()) {
            Matcher matcher = SCALE.matcher(ratio.getKey());
            if (matcher.matches()) {
                double shards = Double.parseDouble(matcher.group(2));
                most = Math.max(most, shards);
                boolean isRate = matcher.group(3).equals("perSecond");
                (isRate ? rate : efficiency)
                        .computeIfAbsent(matcher.group(1), any -> new ArrayList<>())
                        .add(new double[] {shards, ratio.getValue().asDouble() * (isRate ? 1 : 100)});
                if (isRate) {
                    rates.add(ratio.getValue().asDouble());
                }
            }
        }
        Axis cores = Axis.linear(1, most, "shards, each on a core of its own", Axis::number);
        LineChart share = new LineChart(
                "share of perfect scaling", cores, Axis.linear(0, 120, "share", value -> Axis.number(value) + "%"));
        efficiency.forEach(share::line);
        LineChart total = new LineChart(
                "operations a second, all shards",
                cores,
                Axis.log(rates, "operations a second", value -> Axis.number(value / 1e6) + " M"));
        rate.forEach(total::line);
        return "<div class=\"charts\">" + share.html() + total.html() + "</div>";
    }
}
