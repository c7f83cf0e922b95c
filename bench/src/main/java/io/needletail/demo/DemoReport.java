package io.needletail.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.needletail.memory.CoreRally;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** What a demo has to say: figures, checks, and where the histograms are. */
final class DemoReport {
    private static final String ROW = "%-8s %10s %8s %8s %8s %8s %9s %10s%n";
    private static final String[] COLUMNS = {"count", "p50", "p90", "p99", "p99.9", "p99.99", "max"};

    private final Tape tape;
    private final DemoLayout layout;
    private final Path folder;
    private final double speed;
    private final int window;
    private CoreRally cacheLine;
    private long appliancePid;
    private JsonNode feed;
    private JsonNode strategy;
    private ReadChecker checker;

    DemoReport(Tape tape, DemoLayout layout, Path folder, double speed, int window) {
        this.tape = tape;
        this.layout = layout;
        this.folder = folder;
        this.speed = speed;
        this.window = window;
    }

    void cacheLine(CoreRally rally) {
        cacheLine = rally;
    }

    void appliancePid(long pid) {
        appliancePid = pid;
    }

    void roles(JsonNode feedResult, JsonNode strategyResult) {
        feed = feedResult;
        strategy = strategyResult;
    }

    void checked(ReadChecker result) {
        checker = result;
    }

    private long torn() {
        return strategy.get("torn").asLong() + checker.torn();
    }

    private long backwards() {
        return strategy.get("backwards").asLong();
    }

    private boolean isMappedReadOnly() {
        return strategy.get("mapping").asText().startsWith("r-");
    }

    boolean isClean() {
        return torn() == 0
                && checker.stale() == 0
                && backwards() == 0
                && isMappedReadOnly()
                && strategy.get("count").asLong() >= StrategyRole.MIN_READS;
    }

    private double seconds() {
        return feed.get("seconds").asDouble();
    }

    private double rate() {
        return tape.rows() / seconds();
    }

    void print(PrintStream out) {
        out.printf(
                "events %,d (ignored %,d, unknown %,d) in %.3f s: %,.0f events/s, window %d%n",
                tape.rows(), feed.get("ignored").asLong(), feed.get("unknown").asLong(), seconds(), rate(), window);
        if (feed.get("refused").asLong() > 0) {
            out.printf(
                    "changes refused while the journal could not keep up, and written again: %,d%n",
                    feed.get("refused").asLong());
        }
        if (speed > 0) {
            out.printf(
                    "rate asked %,.0f events/s, reached %,.0f; latency counts from the intended time%n",
                    askedRate(), rate());
        }
        out.printf(ROW, "ns", COLUMNS[0], COLUMNS[1], COLUMNS[2], COLUMNS[3], COLUMNS[4], COLUMNS[5], COLUMNS[6]);
        feed.get("latencyNs").properties().forEach(entry -> printRow(out, entry.getKey(), entry.getValue()));
        printRow(out, "read", strategy.get("latencyNs"));
        out.printf(
                "(read: one co-located get; %.0f ns for the cycle counter subtracted)%n",
                strategy.get("counterCostNs").asDouble());
        printFloor(out);
        out.printf(
                "reads %,d: torn %d, stale %d, backwards %d, retries %,d; region mapped %s%n",
                strategy.get("count").asLong(),
                torn(),
                checker.stale(),
                backwards(),
                strategy.get("retries").asLong(),
                strategy.get("mapping").asText());
        out.printf("histograms: %s%n", folder);
        out.println(isClean() ? "demo ok" : "demo FAILED");
    }

    private double askedRate() {
        long spanNs = tape.rows() < 2 ? 0 : tape.timeNs(tape.rows() - 1) - tape.timeNs(0);
        return spanNs == 0 ? 0 : tape.rows() * 1e9 / spanNs * speed;
    }

    private static void printRow(PrintStream out, String name, JsonNode latency) {
        Object[] cells = new Object[COLUMNS.length + 1];
        cells[0] = name;
        for (int i = 0; i < COLUMNS.length; i++) {
            cells[i + 1] = String.format("%,d", latency.get(COLUMNS[i]).asLong());
        }
        out.printf(ROW, cells);
    }

    private void printFloor(PrintStream out) {
        if (cacheLine == null) {
            out.println("cache line: not measured, the native kernels are off");
            return;
        }
        out.printf(
                "cache line there and back between cores %d and %d, C: p50 %.0f p99 %.0f p99.99 %.0f ns%n",
                layout.feedCore(),
                layout.shardCore(),
                cacheLine.quantileNs(0.5),
                cacheLine.quantileNs(0.99),
                cacheLine.quantileNs(0.9999));
    }

    void writeJson(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        root.put("symbol", tape.symbol());
        root.put("events", tape.rows());
        root.set("ignored", feed.get("ignored"));
        root.set("unknown", feed.get("unknown"));
        root.set("refused", feed.get("refused"));
        root.put("seconds", seconds());
        root.put("ratePerSecond", rate());
        root.put("window", window);
        if (speed > 0) {
            root.put("askedRatePerSecond", askedRate());
        }
        addProcesses(root);
        if (cacheLine == null) {
            root.putNull("cachelineNs");
        } else {
            root.put("cachelineNs", cacheLine.quantileNs(0.5));
            root.put("cachelineP99Ns", cacheLine.quantileNs(0.99));
        }
        ObjectNode latencies = root.putObject("latencyNs");
        latencies.setAll((ObjectNode) feed.get("latencyNs"));
        latencies.set("read", strategy.get("latencyNs"));
        ObjectNode reads = root.putObject("reads");
        reads.set("count", strategy.get("count"));
        reads.put("torn", torn());
        reads.put("stale", checker.stale());
        reads.put("backwards", backwards());
        reads.set("retries", strategy.get("retries"));
        root.put("regionMapping", strategy.get("mapping").asText());
        root.put("ok", isClean());
        mapper.writeValue(file.toFile(), root);
    }

    private void addProcesses(ObjectNode root) {
        var processes = root.putArray("processes");
        processes.addObject().put("role", "appliance").put("pid", appliancePid).put("core", layout.shardCore());
        processes
                .addObject()
                .put("role", "feed")
                .put("pid", feed.get("pid").asLong())
                .put("core", layout.feedCore());
        processes
                .addObject()
                .put("role", "strategy")
                .put("pid", strategy.get("pid").asLong())
                .put("core", layout.strategyCore());
    }
}
