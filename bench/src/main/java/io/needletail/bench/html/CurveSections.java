package io.needletail.bench.html;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Curves over batch lengths, working sets and cores. */
final class CurveSections {
    private static final Pattern BATCH = Pattern.compile(
            "batch\\.(byHandle(?:\\.views|\\.vector)?|byKey\\.(?:views|vector|scalar|native)|resolve\\.native)\\.batch(\\d+)(\\..*)?");
    private static final Pattern SINGLE = Pattern.compile(
            "batch\\.(load|byHandle\\.dependent|byHandle\\.view|byHandle|byKey\\.view|byKey)(\\.(?!dependent|view|batch)[^.]*)?");
    private static final Pattern SCALE = Pattern.compile("scale\\.(get|put)\\.shards(\\d+)\\.(efficiency|perSecond)");

    private CurveSections() {}

    /** One way to get entries: alone, or in batches of some length. */
    private record Way(String kind, int batch, String set, double entries, double ns) {
        boolean isAlone() {
            return batch == 0;
        }

        boolean isByHandle() {
            return kind.startsWith("byHandle");
        }

        /** The floor stands in both charts. */
        boolean belongsTo(boolean byHandle) {
            return kind.equals("load") || isByHandle() == byHandle;
        }

        /** One colour for a way alone and in batches. */
        String colour() {
            return kind.endsWith(".views") ? kind.substring(0, kind.length() - 1) : kind;
        }
    }

    private static List<Way> ways(JsonNode report) {
        List<Way> ways = new ArrayList<>();
        for (JsonNode result : report.get("results")) {
            Matcher batch = BATCH.matcher(result.get("name").asText());
            Matcher alone = SINGLE.matcher(result.get("name").asText());
            if (batch.matches()) {
                ways.add(way(result, batch.group(1), Integer.parseInt(batch.group(2)), batch.group(3)));
            } else if (alone.matches()) {
                ways.add(way(result, alone.group(1), 0, alone.group(2)));
            }
        }
        return ways;
    }

    private static Way way(JsonNode result, String kind, int batch, String suffix) {
        return new Way(
                kind,
                batch,
                set(suffix),
                entries(result.get("workingSet").asText()),
                result.get("mean").asDouble());
    }

    /** Two charts a working set, by handle and by key: ns an entry over the length of the batch. */
    static String batches(JsonNode report) {
        Map<String, List<Way>> bySet = new LinkedHashMap<>();
        for (Way way : ways(report)) {
            bySet.computeIfAbsent(way.set(), any -> new ArrayList<>()).add(way);
        }
        StringBuilder charts = new StringBuilder("<div class=\"charts\">");
        bySet.forEach((set, ways) -> charts.append(batchChart(set, ways, true)).append(batchChart(set, ways, false)));
        return charts.append("</div>").toString();
    }

    private static String batchChart(String set, List<Way> ways, boolean byHandle) {
        List<Way> shown = ways.stream().filter(way -> way.belongsTo(byHandle)).toList();
        LineChart chart = new LineChart(
                set + (byHandle ? ": by handle" : ": by key") + ", time an entry by batch length",
                new Axis(1, 100, Axis.Scale.LOGARITHMIC, "entries in a batch", Axis::number),
                Axis.log(shown.stream().map(Way::ns).toList(), "time an entry", Axis::ns));
        Map<String, List<double[]>> lines = new LinkedHashMap<>();
        for (Way way : shown) {
            if (!way.isAlone()) {
                lines.computeIfAbsent(way.kind(), any -> new ArrayList<>()).add(new double[] {way.batch(), way.ns()});
            }
        }
        lines.forEach((kind, points) -> chart.line(kind + " in batches", colour(shown, kind), points));
        for (Way way : shown) {
            if (way.isAlone()) {
                chart.dashed(
                        way.kind() + ", one by one",
                        way.colour(),
                        List.of(new double[] {1, way.ns()}, new double[] {100, way.ns()}));
            }
        }
        return chart.html();
    }

    private static String colour(List<Way> ways, String kind) {
        return ways.stream()
                .filter(way -> way.kind().equals(kind))
                .findFirst()
                .map(Way::colour)
                .orElse(kind);
    }

    private static String set(String suffix) {
        return suffix == null || suffix.isEmpty() ? "4,096 entries" : suffix.substring(1);
    }

    /** Time an entry by working set, one by one and in batches of 16: by handle, and by key. */
    static String workingSets(JsonNode report) {
        return "<div class=\"charts\">" + workingSets(ways(report), true) + workingSets(ways(report), false) + "</div>";
    }

    private static String workingSets(List<Way> all, boolean byHandle) {
        List<Way> shown = all.stream()
                .filter(way -> way.belongsTo(byHandle) && (way.isAlone() || way.batch() == 16))
                .sorted(Comparator.comparingDouble(Way::entries))
                .toList();
        LineChart chart = new LineChart(
                (byHandle ? "by handle" : "by key") + ", time an entry by working set",
                Axis.log(shown.stream().map(Way::entries).toList(), "entries of 16 + 16 bytes", Axis::count),
                Axis.log(shown.stream().map(Way::ns).toList(), "time an entry", Axis::ns));
        Map<String, List<Way>> lines = new LinkedHashMap<>();
        shown.forEach(way -> lines.computeIfAbsent(
                        way.kind() + (way.isAlone() ? ", one by one" : " in batches of 16"), any -> new ArrayList<>())
                .add(way));
        lines.forEach((name, ways) -> {
            List<double[]> points = ways.stream()
                    .map(way -> new double[] {way.entries(), way.ns()})
                    .toList();
            if (ways.getFirst().isAlone()) {
                chart.dashed(name, ways.getFirst().colour(), points);
            } else {
                chart.line(name, ways.getFirst().colour(), points);
            }
        });
        return chart.html();
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
        Axis cores = Axis.counting(1, most, "shards, each on a core of its own");
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
