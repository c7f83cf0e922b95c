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
            "batch\\.(byHandle(?:\\.views|\\.vector|\\.native)?|byKey\\.(?:views|vector|scalar|native)|resolve\\.(?:vector|scalar|native))\\.batch(\\d+)(\\..*)?");
    private static final Pattern SINGLE = Pattern.compile(
            "batch\\.(load|byHandle\\.dependent|byHandle\\.view|byHandle|byKey\\.view|byKey)(\\.(?!dependent|view|batch)[^.]*)?");
    private static final Pattern SCALE = Pattern.compile("scale\\.(get|put)\\.shards(\\d+)\\.(efficiency|perSecond)");

    private CurveSections() {}

    /** What is asked for: each has charts of its own. */
    private enum Asked {
        BY_HANDLE("by handle"),
        BY_KEY("by key"),
        RESOLVED("keys resolved to handles");

        private final String title;

        Asked(String title) {
            this.title = title;
        }

        static Asked of(String kind) {
            return kind.startsWith("byHandle") ? BY_HANDLE : kind.startsWith("resolve") ? RESOLVED : BY_KEY;
        }
    }

    /** One way to get entries: alone, or in batches of some length. */
    private record Way(String kind, int batch, String set, double entries, double ns) {
        boolean isAlone() {
            return batch == 0;
        }

        /** The floor stands in every chart. */
        boolean belongsTo(Asked asked) {
            return kind.equals("load") || Asked.of(kind) == asked;
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

    private static List<Asked> measured(JsonNode report) {
        return ways(report).stream()
                .filter(way -> !way.kind().equals("load"))
                .map(way -> Asked.of(way.kind()))
                .distinct()
                .sorted()
                .toList();
    }

    private static Way way(JsonNode result, String kind, int batch, String suffix) {
        return new Way(
                kind,
                batch,
                set(suffix),
                entries(result.get("workingSet").asText()),
                result.get("mean").asDouble());
    }

    /** A chart of every working set and of all that is asked for: ns an entry over the length of the batch. */
    static String batches(JsonNode report) {
        Map<String, List<Way>> bySet = new LinkedHashMap<>();
        for (Way way : ways(report)) {
            bySet.computeIfAbsent(way.set(), any -> new ArrayList<>()).add(way);
        }
        StringBuilder charts = new StringBuilder("<div class=\"charts\">");
        for (Asked asked : measured(report)) {
            bySet.forEach((set, ways) -> charts.append(batchChart(set, ways, asked)));
        }
        return charts.append("</div>").toString();
    }

    private static String batchChart(String set, List<Way> ways, Asked asked) {
        List<Way> shown = ways.stream().filter(way -> way.belongsTo(asked)).toList();
        LineChart chart = new LineChart(
                set + ": " + asked.title + ", time an entry by batch length",
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

    /** Time an entry by working set, one by one and in batches of 16. */
    static String workingSets(JsonNode report) {
        StringBuilder charts = new StringBuilder("<div class=\"charts\">");
        for (Asked asked : measured(report)) {
            charts.append(workingSets(ways(report), asked));
        }
        return charts.append("</div>").toString();
    }

    private static String workingSets(List<Way> all, Asked asked) {
        List<Way> shown = all.stream()
                .filter(way -> way.belongsTo(asked) && (way.isAlone() || way.batch() == 16))
                .sorted(Comparator.comparingDouble(Way::entries))
                .toList();
        LineChart chart = new LineChart(
                asked.title + ", time an entry by working set",
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
