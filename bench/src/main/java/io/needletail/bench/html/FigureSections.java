package io.needletail.bench.html;

import com.fasterxml.jackson.databind.JsonNode;
import io.needletail.bench.report.Targets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What {@code bench tiers} and {@code peers} measured: targets, the peers beside us, and what an entry takes. */
final class FigureSections {
    private static final String MEMORY = "memory.bytesPerEntry16x16";

    private final JsonNode report;

    FigureSections(JsonNode report) {
        this.report = report;
    }

    String tiles() {
        StringBuilder tiles = new StringBuilder("<div class=\"tiles\">");
        tile(tiles, "embedded.get", "get by handle, embedded");
        tile(tiles, "reader.get", "get by handle from another process, no message");
        tile(tiles, "embedded.getByKey.batch16.1M", "get by key in batches of 16, a million keys");
        tile(tiles, "ipc.get", "get over a session, there and back, p50");
        ratioTile(tiles, "redispolling.p50/ipc.get.p50", "faster than Redis asked by a busy-polling client");
        ratioTile(tiles, "redisbenchmark.p50/ipc.get.p50", "faster than redis-benchmark -c 1");
        return tiles.append("</div>").toString();
    }

    private void tile(StringBuilder tiles, String name, String what) {
        JsonNode result = result(name);
        if (result != null) {
            tiles.append(Html.tile(Axis.ns(figure(result)), what));
        }
    }

    private void ratioTile(StringBuilder tiles, String key, String what) {
        JsonNode ratio = report.at("/ratios").get(key);
        if (ratio != null) {
            tiles.append(Html.tile(Axis.number(ratio.asDouble()) + " ×", what));
        }
    }

    private JsonNode result(String name) {
        for (JsonNode result : report.get("results")) {
            if (result.get("name").asText().equals(name)) {
                return result;
            }
        }
        return null;
    }

    /** Nanoseconds: the mean of what is timed in rounds, else the median. */
    private static double figure(JsonNode result) {
        return result.has("mean")
                ? result.get("mean").asDouble()
                : result.at("/percentiles/p50").asDouble();
    }

    /** Whatever has a target, in any of the reports. */
    static String targets(List<JsonNode> reports) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode report : reports) {
            FigureSections figures = new FigureSections(report);
            report.get("ratios")
                    .propertyStream()
                    .forEach(ratio ->
                            figures.addTarget(ratio.getKey(), ratio.getValue().asDouble(), rows));
        }
        return Html.table(List.of("ratio", "median", "lowest to highest round", "target", ""), rows);
    }

    private void addTarget(String key, double value, List<List<String>> rows) {
        OptionalDouble target = Targets.of(key);
        if (target.isPresent()) {
            boolean isMet = Targets.isMet(key, value);
            rows.add(List.of(
                    key,
                    value(value),
                    spread(key),
                    (Targets.higherIsBetter(key) ? "≥ " : "≤ ") + value(target.getAsDouble()),
                    isMet ? Html.marked("good", "met") : Html.marked("bad", "missed")));
        }
    }

    private String spread(String key) {
        JsonNode rounds = report.get("ratioDetails").path(key).path("rounds");
        double least = Double.MAX_VALUE;
        double most = 0;
        for (JsonNode round : rounds) {
            least = Math.min(least, round.asDouble());
            most = Math.max(most, round.asDouble());
        }
        return rounds.size() < 2 ? "" : value(least) + " to " + value(most);
    }

    private static String value(double value) {
        if (value >= 1e6) {
            return String.format(Locale.ROOT, "%,.1f M", value / 1e6);
        }
        return String.format(Locale.ROOT, value >= 1_000 ? "%,.0f" : "%.3g", value);
    }

    /** Bars of everything between processes or by key, on a logarithmic scale, ours marked. */
    String peers() {
        List<JsonNode> results = new ArrayList<>();
        report.get("results").forEach(results::add);
        results.sort(Comparator.comparingDouble(FigureSections::figure));
        double most = results.stream().mapToDouble(FigureSections::figure).max().orElse(1);
        StringBuilder bars = new StringBuilder("<div class=\"bars\">");
        for (JsonNode result : results) {
            double ns = figure(result);
            String name = result.get("name").asText();
            bars.append(String.format(
                    Locale.ROOT,
                    "<span class=\"name\" title=\"%s\">%s</span><span class=\"bar %s\" style=\"--w:%.1f%%\"></span><span>%s</span>",
                    Html.text(result.get("comparedOn").asText()),
                    Html.name(name),
                    style(name),
                    100 * Math.log10(Math.max(1.1, ns)) / Math.log10(Math.max(10, most)),
                    Axis.ns(ns)));
        }
        return bars.append("</div>")
                + Html.note(
                        "Time of one request, logarithmic: a bar twice as long is the square of the time. Floors are hatched, ours are"
                                + " coloured. Point at a name for what it was asked.");
    }

    private static String style(String name) {
        if (name.matches("(load|store|order|cacheline|echo|udp\\.echo|udpecho)(\\..*)?")) {
            return "floor";
        }
        return name.matches("(embedded|reader|ipc|shared|udp)\\..*") ? "ours" : "peer";
    }

    String ratios() {
        List<List<String>> rows = new ArrayList<>();
        report.get("ratios").propertyStream().forEach(ratio -> {
            if (ratio.getKey().contains("/")) {
                rows.add(List.of(ratio.getKey(), value(ratio.getValue().asDouble()), spread(ratio.getKey())));
            }
        });
        return Html.table(List.of("ratio", "median", "lowest to highest round"), rows);
    }

    /** Every result, a row each. */
    String results() {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode result : report.get("results")) {
            JsonNode p99 = result.at("/percentiles/p99");
            rows.add(List.of(
                    result.get("name").asText(),
                    Axis.ns(figure(result)),
                    p99.isMissingNode() ? "" : Axis.ns(p99.asDouble()),
                    result.get("workingSet").asText()));
        }
        return Html.table(List.of("what", "mean or p50", "p99", "meanwhile"), rows);
    }

    String memory() {
        List<List<String>> rows = new ArrayList<>();
        report.get("ratios").propertyStream().forEach(ratio -> {
            if (ratio.getKey().startsWith(MEMORY)) {
                String peer = ratio.getKey().substring(MEMORY.length());
                rows.add(List.of(
                        switch (peer) {
                            case "" -> "Needletail, 10 million entries, directory and ring included";
                            case ".1M" -> "Needletail, 1,048,576 entries";
                            default -> peer.substring(1);
                        },
                        String.format(Locale.ROOT, "%.0f", ratio.getValue().asDouble())));
            }
        });
        return rows.isEmpty() ? "" : Html.table(List.of("bytes an entry of 16 + 16 bytes", ""), rows);
    }

    String notes() {
        StringBuilder notes = new StringBuilder("<ul class=\"notes\">");
        report.get("notes")
                .forEach(note ->
                        notes.append("<li>").append(Html.text(note.asText())).append("</li>"));
        return notes.append("</ul>").toString();
    }
}
