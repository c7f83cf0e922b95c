package io.needletail.bench.cli;

import io.needletail.bench.latency.LatencyPlan;
import io.needletail.bench.latency.LatencyRig;
import io.needletail.bench.latency.Workload.Distribution;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.Durations;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench latency}. */
@Command(
        name = "latency",
        description = "Open-loop latency of a tier at fixed rates, with the causes of the tail.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench latency",
            "  needletail bench latency --tier ipc --rate 10000,100000,500000 --reads 0.9 --distribution zipf",
            "  needletail bench latency --tier reader --rate 1000000 --writer-rate 1000000 --out /tmp/run",
            "  needletail bench latency --tier embedded --rate 1000000 --burst 100",
            "Exit: 0 every rate was reached, 1 a run FAILED, 2 wrong usage."
        })
final class LatencyCommand implements Callable<Integer> {
    private static final double SMOKE_SECONDS = 0.5;

    @Option(
            names = "--tier",
            paramLabel = "TIER",
            defaultValue = "ipc",
            description = "embedded, reader or ipc (${DEFAULT-VALUE}).")
    private LatencyPlan.Tier tier;

    @Option(
            names = "--rate",
            paramLabel = "N,...",
            split = ",",
            description = "Operations a second, a run each (default: 10000,100000).")
    private Double[] rates = {10_000.0, 100_000.0};

    @Option(
            names = "--burst",
            paramLabel = "N",
            defaultValue = "1",
            description = "Operations meant for the same moment (${DEFAULT-VALUE}).")
    private int burst;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "10", description = "Of each run (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "4",
            description = "Seconds before, not counted (${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(
            names = "--distribution",
            paramLabel = "D",
            defaultValue = "uniform",
            description = "uniform, zipf or sequential (${DEFAULT-VALUE}).")
    private Distribution distribution;

    @Option(
            names = "--reads",
            paramLabel = "SHARE",
            defaultValue = "1",
            description = "Share of reads, 0 to 1; the rest are puts (${DEFAULT-VALUE}).")
    private double reads;

    @Option(
            names = "--entries",
            paramLabel = "N",
            defaultValue = "4096",
            description = "Entries, a power of two (${DEFAULT-VALUE}).")
    private int entries;

    @Option(
            names = "--threshold",
            paramLabel = "D",
            defaultValue = "10us",
            description = "Slower samples are looked into (${DEFAULT-VALUE}).")
    private String threshold;

    @Option(
            names = "--writer-rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Tier reader: writes a second by the region's owner meanwhile (${DEFAULT-VALUE}).")
    private double writerRate;

    @Option(
            names = "--closed-loop",
            description =
                    "Waits for each answer before the next sending, and so omits what stalls cost: for comparison only.")
    private boolean closed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder of the run (default: target/bench/latency-TIME).")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the result there, too.")
    private Path json;

    @Option(
            names = "--plant-stall",
            hidden = true,
            paramLabel = "D/EVERY",
            description = "A thread on the client's core.")
    private String stall;

    @Option(names = "--plant-slow", hidden = true, paramLabel = "D", description = "A client that dawdles.")
    private String slow;

    @Option(names = "--plant-pause", hidden = true, paramLabel = "D/EVERY", description = "Stops the server.")
    private String pause;

    @Option(
            names = "--smoke",
            hidden = true,
            defaultValue = "${env:NEEDLETAIL_SMOKE:-false}",
            description = "Shows that everything works; the figures mean nothing.")
    private boolean smoke;

    @Override
    public Integer call() throws Exception {
        LatencyPlan plan;
        try {
            plan = plan();
            OutputFile.check("--json", json);
        } catch (IllegalArgumentException | ConfigurationException e) {
            System.err.println("error: " + e.getMessage());
            return BenchMain.USAGE;
        }
        return new LatencyRig(plan, out, json).run() ? 0 : BenchMain.FAILED;
    }

    private LatencyPlan plan() {
        return new LatencyPlan(
                tier,
                Arrays.asList(rates),
                burst,
                smoke ? Math.min(seconds, SMOKE_SECONDS) : seconds,
                smoke ? SMOKE_SECONDS : warmUp,
                distribution,
                reads,
                entries,
                Durations.parseNs(threshold),
                writerRate,
                closed,
                smoke,
                faults());
    }

    private LatencyPlan.Faults faults() {
        long[] stalls = durationAndPeriod(stall);
        long[] pauses = durationAndPeriod(pause);
        long slowNs = slow == null ? 0 : Durations.parseNs(slow);
        return new LatencyPlan.Faults(stalls[1], stalls[0], slowNs, pauses[1], pauses[0]);
    }

    /** {@code 100us/10ms}: how long, and how often. */
    private static long[] durationAndPeriod(String text) {
        if (text == null) {
            return new long[2];
        }
        String[] parts = text.split("/");
        if (parts.length != 2) {
            throw new IllegalArgumentException(text + " is not DURATION/EVERY");
        }
        return new long[] {Durations.parseNs(parts[0]), Durations.parseNs(parts[1])};
    }
}
