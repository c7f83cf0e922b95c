package io.needletail.bench.durability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.SharedFolders;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import io.needletail.memory.CoreRally;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a put takes on the shard's thread, with and without a journal and a snapshot under way, and until the journal has it. */
final class ShardCostRun {
    private static final double RATE = 1e6;
    private static final long SECONDS = 120;
    private static final long RALLY_ROUNDS = 500_000;
    private static final String LINE = "cacheline";
    private static final List<String> SUBJECTS = List.of(
            ShardCostRole.MEMORY,
            ShardCostRole.JOURNALED,
            ShardCostRole.SNAPSHOTTING,
            ShardCostRole.ACKNOWLEDGED,
            ShardCostRole.APPEND);
    private static final List<String> PERCENTILES = List.of("p50", "p90", "p99", "p99.9", "p99.99");

    private final DurabilityPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;
    /** Subject, percentile, a value a round. */
    private final Map<String, Map<String, List<Double>>> rounds = new LinkedHashMap<>();

    private long refused;
    private long snapshots;

    ShardCostRun(DurabilityPlan plan, BenchCores cores, Path folder, BenchReport report, Progress progress) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
        Path regions = SharedFolders.create("durability");
        List<String> arguments = List.of(
                "_bench-server",
                "shard-cost",
                "regions=" + regions,
                "run=" + PrivateFiles.createFolder(folder.resolve("shard-cost")),
                "core=" + cores.server(),
                "other=" + cores.client(),
                "slots=" + plan.slots());
        try (RoleProcess role = RoleProcess.start("shard cost", arguments)) {
            role.await(ShardCostRole.READY, SECONDS);
            for (int round = -1; round < plan.rounds(); round++) { // the first one warms up
                progress.round("a put on the shard's thread", Math.max(0, round), plan.rounds());
                playRound(role, round);
            }
            role.tell("stop");
            role.await("done", SECONDS);
        } finally {
            PrivateFiles.deleteTree(regions);
            PrivateFiles.deleteTree(folder.resolve("shard-cost"));
        }
        addFigures();
    }

    private void playRound(RoleProcess role, int round) throws IOException, InterruptedException {
        for (String subject : round % 2 == 0 ? SUBJECTS : SUBJECTS.reversed()) {
            role.tell(subject + " " + RATE + " " + plan.turnNs());
            JsonNode result = new ObjectMapper()
                    .readTree(role.await(ShardCostRole.RESULT, SECONDS).substring(ShardCostRole.RESULT.length()));
            if (round >= 0) {
                PERCENTILES.forEach(percentile ->
                        add(subject, percentile, result.get(percentile).asDouble()));
                refused += result.get("refused").asLong();
                snapshots += result.get("snapshots").asLong();
            }
        }
        if (round >= 0 && CoreRally.isAvailable() && cores.canPin()) {
            role.pause();
            CoreRally rally = CoreRally.cacheLine(cores.client(), cores.server(), RALLY_ROUNDS);
            role.resume();
            add(LINE, "p50", rally.quantileNs(0.5));
            add(LINE, "p90", rally.quantileNs(0.9));
            add(LINE, "p99", rally.quantileNs(0.99));
            add(LINE, "p99.9", rally.quantileNs(0.999));
            add(LINE, "p99.99", rally.quantileNs(0.9999));
        }
    }

    private void add(String subject, String percentile, double ns) {
        rounds.computeIfAbsent(subject, any -> new LinkedHashMap<>())
                .computeIfAbsent(percentile, any -> new ArrayList<>())
                .add(ns);
    }

    private void addFigures() {
        rounds.forEach((subject, values) -> report.add(Result.percentiles(
                subject, values, plan.slots() + " entries, 4,096 of them asked", describe(subject))));
        double[] memory = of(ShardCostRole.MEMORY, "p50");
        double[] journaled = of(ShardCostRole.JOURNALED, "p50");
        double[] added = new double[memory.length];
        for (int i = 0; i < added.length; i++) {
            added[i] = journaled[i] - memory[i];
        }
        report.add(new Ratio("put.journaled.p50-put.memory.p50", added));
        report.add(Ratio.of(
                "put.p99.snapshotting/put.p99.idle",
                of(ShardCostRole.SNAPSHOTTING, "p99"),
                of(ShardCostRole.JOURNALED, "p99")));
        if (rounds.containsKey(LINE)) {
            addBesideTheLine();
        }
        report.note("puts that the ring had no room for: " + refused + "; snapshots taken while puts were measured: "
                + snapshots);
    }

    private void addBesideTheLine() {
        double[] line = of(LINE, "p50");
        double[] slowLine = of(LINE, "p99.99");
        double[] slowMemory = of(ShardCostRole.MEMORY, "p99.99");
        double[] append = of(ShardCostRole.APPEND, "p50");
        double[] most = new double[line.length];
        double[] least = new double[line.length];
        for (int i = 0; i < line.length; i++) {
            most[i] = Math.max(1.5 * slowMemory[i], slowLine[i]);
            least[i] = 2 * line[i] + append[i];
        }
        report.add(Ratio.of(
                "put.journaled.p99.99/max(1.5*put.memory.p99.99,cacheline.p99.99)",
                of(ShardCostRole.JOURNALED, "p99.99"),
                most));
        report.add(Ratio.of(
                "ack.journaled.p50/(2*cacheline.p50+append.p50)", of(ShardCostRole.ACKNOWLEDGED, "p50"), least));
    }

    private double[] of(String subject, String percentile) {
        return rounds.get(subject).get(percentile).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private static String describe(String subject) {
        return switch (subject) {
            case ShardCostRole.MEMORY -> "nobody follows the ring; 1 M puts/s, each when it is due";
            case ShardCostRole.JOURNALED -> "the same, the journal's writer and keeper on the other core";
            case ShardCostRole.SNAPSHOTTING -> "the same, and a snapshot is copied there";
            case ShardCostRole.ACKNOWLEDGED -> "one after another, until the journal has it";
            case ShardCostRole.APPEND -> "64 bytes copied into a file's pages, and nothing else";
            default -> "C, between the two cores, spinning";
        };
    }
}
