package io.needletail.bench.latency;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.needletail.bench.latency.cause.Cause;
import io.needletail.bench.latency.cause.SlowSample;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** What a latency run leaves behind: tables for people, JSON, histograms and the slow samples in its folder. */
final class LatencyReport {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 99.999};

    private final LatencyPlan plan;
    private final Map<String, Object> environment;
    private final List<LatencyRow> rows;
    private final double counterCostNs;
    private final double writerReachedRate;

    LatencyReport(
            LatencyPlan plan,
            Map<String, Object> environment,
            List<LatencyRow> rows,
            double counterCostNs,
            double writerReachedRate) {
        this.writerReachedRate = writerReachedRate;
        this.plan = plan;
        this.environment = environment;
        this.rows = rows;
        this.counterCostNs = counterCostNs;
    }

    boolean hasFailed() {
        return writerFailed() || rows.stream().anyMatch(LatencyRow::failed);
    }

    private boolean writerFailed() {
        return writerReachedRate < LatencyRow.REACHED * plan.writerRate();
    }

    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%n%s, %s, %,d entries, %.0f%% reads, bursts of %d, %s; from the %s time, %.1f ns of counter subtracted%n",
                plan.tier(),
                plan.distribution(),
                plan.entries(),
                plan.reads() * 100,
                plan.burst(),
                plan.closed() ? "CLOSED loop: stalls are omitted" : "open loop",
                plan.closed() ? "actual" : "intended",
                counterCostNs);
        if (plan.writerRate() > 0) {
            out.printf(
                    Locale.ROOT,
                    "the region's owner was asked for %,.0f writes a second and reached %,.0f%s%n",
                    plan.writerRate(),
                    writerReachedRate,
                    writerFailed() ? ": FAILED" : "");
        }
        if (plan.smoke()) {
            out.println("SMOKE: this shows that everything works; the figures mean nothing");
        }
        out.printf(
                "%12s %12s %-6s %-8s %8s %8s %8s %9s %9s %9s %10s  ns%n",
                "asked/s", "reached/s", "", "", "p50", "p90", "p99", "p99.9", "p99.99", "p99.999", "max");
        for (LatencyRow row : rows) {
            for (Tag tag : tags(row)) {
                printLine(out, row, tag);
            }
        }
        printTail(out);
    }

    private static void printLine(PrintStream out, LatencyRow row, Tag tag) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%,12.0f %,12.0f %-6s %-8s",
                row.askedRate(),
                row.reachedRate(),
                row.failed() ? "FAILED" : "",
                tag.operation() + (tag.response() ? "" : "*")));
        for (int i = 0; i < PERCENTILES.length; i++) {
            line.append(String.format(
                    Locale.ROOT, i < 3 ? " %8d" : " %9d", tag.total().getValueAtPercentile(PERCENTILES[i])));
        }
        out.println(line.append(String.format(Locale.ROOT, " %10d", tag.total().getMaxValue())));
    }

    /** Why is the tail: causes of the samples over the threshold. */
    private void printTail(PrintStream out) {
        out.println("(* from the actual sending: what the service takes once it is asked)");
        for (LatencyRow row : rows) {
            long seen = row.recorder().slowSeen();
            out.printf(
                    Locale.ROOT,
                    "%nwhy is the tail at %,.0f/s: %,d of %,d samples over %,.1f us%s%n",
                    row.askedRate(),
                    seen,
                    row.count(),
                    plan.thresholdNs() / 1000.0,
                    seen > row.slow().size() ? ", the first " + row.slow().size() + " looked into" : "");
            causes(row)
                    .forEach((cause, tally) -> out.printf(
                            Locale.ROOT,
                            "%,10d  %5.1f%%  max %,10.1f us  %s%n",
                            tally.count(),
                            100.0 * tally.count() / row.slow().size(),
                            tally.maxNs() / 1000.0,
                            cause.text()));
        }
    }

    /** How many samples a cause explains, and the worst of them. */
    private record Tally(long count, double maxNs) {}

    private static Map<Cause, Tally> causes(LatencyRow row) {
        Map<Cause, Tally> tallies = new EnumMap<>(Cause.class);
        for (LatencyRow.Explained slow : row.slow()) {
            double ns =
                    row.scale().nsOf(slow.sample().completed() - slow.sample().intended());
            for (Cause cause : slow.causes()) {
                tallies.merge(
                        cause,
                        new Tally(1, ns),
                        (a, b) -> new Tally(a.count() + b.count(), Math.max(a.maxNs(), b.maxNs())));
            }
        }
        return tallies;
    }

    /** One histogram of a row: values in ns, in intervals (response only) and in total. */
    private record Tag(String name, String operation, boolean response, List<Histogram> intervals, Histogram total) {}

    private List<Tag> tags(LatencyRow row) {
        List<Tag> tags = new ArrayList<>();
        for (boolean write : new boolean[] {false, true}) {
            if (row.recorder().total(write).getTotalCount() > 0) {
                String operation = write ? "write" : "read";
                String name = plan.tier() + "." + operation + ".r" + Math.round(row.askedRate());
                tags.add(tag(name, operation, true, row, row.recorder().response(write)));
                tags.add(tag(
                        name + ".service", operation, false, row, row.recorder().service(write)));
            }
        }
        return tags;
    }

    private Tag tag(String name, String operation, boolean response, LatencyRow row, Histogram... ticks) {
        List<Histogram> intervals = new ArrayList<>();
        Histogram total = new Histogram(100_000_000_000L, 3);
        long intervalMs = Math.max(1, Math.round(plan.seconds() * 1000 / ticks.length));
        for (Histogram part : ticks) {
            Histogram ns = new Histogram(100_000_000_000L, 3);
            part.recordedValues()
                    .forEach(value -> ns.recordValueWithCount(
                            Math.round(row.scale().nsOf(value.getValueIteratedTo())),
                            value.getCountAtValueIteratedTo()));
            ns.setTag(name);
            ns.setStartTimeStamp(row.startedMs() + intervals.size() * intervalMs);
            ns.setEndTimeStamp(ns.getStartTimeStamp() + intervalMs);
            total.add(ns);
            intervals.add(ns);
        }
        return new Tag(name, operation, response, intervals, total);
    }

    /** Writes environment.json, result.json, latency.hlog, a .hgrm a tag, slow.csv. */
    void write(Path folder) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        mapper.writeValue(folder.resolve("environment.json").toFile(), environment);
        writeJson(folder.resolve("result.json"));
        List<Histogram> log = new ArrayList<>();
        for (LatencyRow row : rows) {
            for (Tag tag : tags(row)) {
                log.addAll(tag.intervals());
                writeDistribution(folder.resolve(tag.name() + ".hgrm"), tag.total());
            }
            log.addAll(row.hiccups().values());
        }
        HistogramLog.write(folder.resolve("latency.hlog"), log);
        writeSlow(folder.resolve("slow.csv"));
    }

    private static void writeDistribution(Path file, Histogram histogram) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file))) {
            histogram.outputPercentileDistribution(out, 1.0);
        }
    }

    private void writeSlow(Path file) throws IOException {
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            out.println("rate,sequence,operation,intendedNs,lateNs,latencyNs,causes");
            for (LatencyRow row : rows) {
                for (LatencyRow.Explained slow : row.slow()) {
                    out.println(line(row, slow));
                }
            }
        }
    }

    private static String line(LatencyRow row, LatencyRow.Explained slow) {
        SlowSample sample = slow.sample();
        TickScale scale = row.scale();
        return String.format(
                Locale.ROOT,
                "%.0f,%d,%s,%.0f,%.0f,%.0f,%s",
                row.askedRate(),
                sample.sequence(),
                sample.write() ? "write" : "read",
                scale.nsOf(sample.intended() - scale.ticksAt(scale.beginNs())),
                scale.nsOf(sample.sent() - sample.intended()),
                scale.nsOf(sample.completed() - sample.intended()),
                slow.causes().stream().map(Enum::name).collect(Collectors.joining("|")));
    }

    void writeJson(Path file) throws IOException {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("environment", environment);
        report.put("tier", plan.tier().toString());
        report.put("distribution", plan.distribution().toString());
        report.put("entries", plan.entries());
        report.put("reads", plan.reads());
        report.put("burst", plan.burst());
        report.put("writerRate", plan.writerRate());
        report.put("writerReachedRate", writerReachedRate);
        report.put("smoke", plan.smoke());
        report.put("openLoop", !plan.closed());
        report.put("counterCostNs", counterCostNs);
        report.put("runs", rows.stream().map(this::json).toList());
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), report);
    }

    private Map<String, Object> json(LatencyRow row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("askedRate", row.askedRate());
        json.put("reachedRate", row.reachedRate());
        json.put("failed", row.failed());
        json.put("count", row.count());
        Map<String, Object> latencies = new LinkedHashMap<>();
        tags(row).forEach(tag -> latencies.put(tag.operation() + (tag.response() ? "" : ".service"), percentiles(tag)));
        json.put("latencyNs", latencies);
        json.put("thresholdNs", plan.thresholdNs());
        json.put("slow", row.recorder().slowSeen());
        Map<String, Object> causes = new LinkedHashMap<>();
        causes(row).forEach((cause, tally) -> causes.put(cause.name(), tally.count()));
        json.put("causes", causes);
        json.put("gapsDropped", row.gapsDropped());
        return json;
    }

    private static Map<String, Object> percentiles(Tag tag) {
        Map<String, Object> percentiles = new LinkedHashMap<>();
        for (double percentile : PERCENTILES) {
            percentiles.put(
                    "p" + (percentile == Math.rint(percentile) ? Long.toString((long) percentile) : percentile),
                    tag.total().getValueAtPercentile(percentile));
        }
        percentiles.put("max", tag.total().getMaxValue());
        return percentiles;
    }
}
