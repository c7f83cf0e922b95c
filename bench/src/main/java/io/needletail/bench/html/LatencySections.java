package io.needletail.bench.html;

import com.fasterxml.jackson.databind.JsonNode;
import io.needletail.bench.latency.cause.Cause;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What the open-loop rig measured: percentiles, the run over time, and why the tail is. */
final class LatencySections {
    private final List<LatencyRun> runs = new ArrayList<>();

    LatencySections(ReportInput input) throws IOException {
        for (Path folder : input.latencyRuns()) {
            runs.add(new LatencyRun(folder));
        }
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    String percentiles() throws IOException {
        StringBuilder charts = new StringBuilder("<div class=\"charts\">");
        for (LatencyRun run : runs) {
            Map<String, List<double[]>> lines = run.distributions();
            List<double[]> all = lines.values().stream().flatMap(List::stream).toList();
            LineChart chart = new LineChart(
                    run.tier() + ": latency by percentile",
                    Axis.log(values(all, point -> point[0]), "percentile", LatencySections::percentile),
                    Axis.log(values(all, point -> point[1]), "latency", Axis::ns));
            lines.forEach((name, points) -> chart.line(name.substring(run.tier().length() + 1), points));
            charts.append(chart.html());
        }
        return charts.append("</div>")
                + Html.note(
                        "Open loop: latency counts from the time at which an operation was meant to begin, so a stall is"
                                + " paid for by everything that it delays. rN is N operations asked for a second.");
    }

    private static String percentile(double inverse) {
        return inverse < 5
                ? "0%"
                : String.format(
                        Locale.ROOT,
                        "%s%%",
                        Double.toString(100 - 100 / inverse)
                                .replaceAll("(\\.\\d*?[1-9])0{3,}\\d*$", "$1")
                                .replaceAll("\\.0$", "")
                                .replaceAll("(99\\.9+)[0-8]\\d*$", "$1"));
    }

    private static List<Double> values(List<double[]> points, ToDoubleFunction<double[]> of) {
        return points.stream()
                .map(of::applyAsDouble)
                .filter(value -> Double.isFinite(value))
                .toList();
    }

    String timeline() throws IOException {
        StringBuilder charts = new StringBuilder("<div class=\"charts\">");
        for (LatencyRun run : runs) {
            JsonNode fastest = run.fastest().orElse(null);
            if (fastest != null) {
                long rate = fastest.get("askedRate").asLong();
                charts.append(timeline(run, rate));
            }
        }
        return charts.append("</div>")
                + Html.note(
                        "Shaded: the slowest samples that an interruption explains (hiccup, involuntary switch, safepoint),"
                                + " as long as they took. Point at one for its cause.");
    }

    private static String timeline(LatencyRun run, long rate) throws IOException {
        List<double[]> intervals = run.intervals(run.tier() + ".read.r" + rate);
        double endS = intervals.isEmpty() ? 1 : intervals.get(intervals.size() - 1)[0];
        LineChart chart = new LineChart(
                String.format(Locale.ROOT, "%s at %,d a second, over time", run.tier(), rate),
                Axis.linear(0, endS, "seconds", Axis::number),
                Axis.log(
                        intervals.stream()
                                .flatMap(interval -> List.of(interval[1], interval[3]).stream())
                                .toList(),
                        "latency",
                        Axis::ns));
        run.interruptions(rate).stream()
                .filter(band -> band.from() <= endS)
                .forEach(band -> chart.band(band.from(), band.to(), band.title()));
        chart.line("p50", column(intervals, 1))
                .line("p99", column(intervals, 2))
                .dashed("max", "max", column(intervals, 3));
        return chart.html();
    }

    private static List<double[]> column(List<double[]> intervals, int column) {
        return intervals.stream()
                .map(interval -> new double[] {interval[0], interval[column]})
                .toList();
    }

    String causes() {
        List<List<String>> rows = new ArrayList<>();
        for (LatencyRun run : runs) {
            for (JsonNode rate : run.runs()) {
                long slow = rate.get("slow").asLong();
                rate.get("causes")
                        .propertyStream()
                        .forEach(cause -> rows.add(List.of(
                                run.tier(),
                                String.format(
                                        Locale.ROOT,
                                        "%,d",
                                        rate.get("askedRate").asLong()),
                                describe(cause.getKey()),
                                String.format(
                                        Locale.ROOT, "%,d", cause.getValue().asLong()),
                                String.format(
                                        Locale.ROOT,
                                        "%.1f%%",
                                        100.0 * cause.getValue().asLong() / Math.max(1, slow)))));
            }
        }
        return Html.table(List.of("tier", "asked a second", "cause", "slow samples", "of the slow"), rows)
                + Html.note("A sample over the threshold (10 µs unless asked otherwise) may have several causes.");
    }

    private static String describe(String cause) {
        try {
            return Cause.valueOf(cause).text();
        } catch (IllegalArgumentException e) {
            return cause; // of another version of the rig
        }
    }
}
