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
import io.needletail.bench.stats.PercentileRounds;
import io.needletail.memory.CoreRally;
import io.needletail.memory.LineWriteBack;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a put takes on the shard's thread: with and without a journal and a snapshot under way, until the journal has it, and in emulated
 * persistent memory; and how many a second come to each level.
 */
final class ShardCostRun {
    private static final double RATE = 1e6;
    private static final long SECONDS = 120;
    private static final long RALLY_ROUNDS = 500_000;
    private static final String LINE = "cacheline";
    static final List<String> PARTS = List.of(DurabilityRun.SHARD, DurabilityRun.PERSISTENT, DurabilityRun.RATES);
    private static final Map<String, List<String>> SUBJECTS = Map.of(
            DurabilityRun.SHARD,
            List.of(
                    ShardCostRole.MEMORY,
                    ShardCostRole.JOURNALED,
                    ShardCostRole.SNAPSHOTTING,
                    ShardCostRole.ACKNOWLEDGED,
                    ShardCostRole.APPEND),
            DurabilityRun.PERSISTENT,
            List.of(
                    ShardCostRole.MEMORY,
                    ShardCostRole.PERSISTENT,
                    ShardCostRole.APPEND,
                    ShardCostRole.FLUSH,
                    ShardCostRole.FENCE),
            DurabilityRun.RATES,
            IntStream.rangeClosed(Level.MEMORY, Level.PERSISTENT)
                    .mapToObj(level -> ShardCostRole.RATE + Level.name(level))
                    .toList());
    private static final List<String> PERCENTILES = List.of("p50", "p90", "p99", "p99.9", "p99.99");

    private final DurabilityPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;
    private final List<String> parts;
    private final List<String> subjects;
    private final PercentileRounds rounds = new PercentileRounds();
    private final Map<String, List<Double>> rates = new LinkedHashMap<>();

    private long refused;
    private long snapshots;

    ShardCostRun(
            DurabilityPlan plan,
            BenchCores cores,
            Path folder,
            BenchReport report,
            Progress progress,
            List<String> parts) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
        this.parts = parts;
        subjects = PARTS.stream()
                .filter(parts::contains)
                .flatMap(part -> SUBJECTS.get(part).stream())
                .filter(subject -> LineWriteBack.best().isPresent() || !needsWriteBack(subject))
                .distinct()
                .toList();
    }

    private static boolean needsWriteBack(String subject) {
        return subject.equals(ShardCostRole.PERSISTENT)
                || subject.equals(ShardCostRole.FLUSH)
                || subject.equals(ShardCostRole.FENCE)
                || subject.equals(ShardCostRole.RATE + Level.name(Level.PERSISTENT));
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
        for (String subject : round % 2 == 0 ? subjects : subjects.reversed()) {
            role.tell(subject + " " + RATE + " " + plan.turnNs());
            JsonNode result = new ObjectMapper()
                    .readTree(role.await(ShardCostRole.RESULT, SECONDS).substring(ShardCostRole.RESULT.length()));
            if (round >= 0) {
                note(subject, result);
            }
        }
        if (round >= 0 && CoreRally.isAvailable() && cores.canPin()) {
            role.pause();
            CoreRally rally = CoreRally.cacheLine(cores.client(), cores.server(), RALLY_ROUNDS);
            role.resume();
            rounds.add(LINE, "p50", rally.quantileNs(0.5));
            rounds.add(LINE, "p90", rally.quantileNs(0.9));
            rounds.add(LINE, "p99", rally.quantileNs(0.99));
            rounds.add(LINE, "p99.9", rally.quantileNs(0.999));
            rounds.add(LINE, "p99.99", rally.quantileNs(0.9999));
        }
    }

    private void note(String subject, JsonNode result) {
        if (result.has("rate")) {
            rates.computeIfAbsent(subject, any -> new ArrayList<>())
                    .add(result.get("rate").asDouble());
            return;
        }
        PERCENTILES.forEach(percentile ->
                rounds.add(subject, percentile, result.get(percentile).asDouble()));
        refused += result.get("refused").asLong();
        snapshots += result.get("snapshots").asLong();
    }

    private void addFigures() {
        rounds.forEach((subject, values) -> report.add(Result.percentiles(
                subject, values, plan.slots() + " entries, 4,096 of them asked", describe(subject))));
        if (parts.contains(DurabilityRun.SHARD)) {
            addShard();
        }
        if (rounds.has(ShardCostRole.PERSISTENT)) {
            report.add(new Ratio(
                    "put.persistent.p50-put.memory.p50", differences(ShardCostRole.PERSISTENT, ShardCostRole.MEMORY)));
            report.note("persistent memory is EMULATED: the instructions on shared memory, no device; "
                    + LineWriteBack.best().orElseThrow() + " and a fence for each put");
        }
        report.note("puts that the ring had no room for: " + refused + "; snapshots taken while puts were measured: "
                + snapshots);
        rates.forEach((subject, values) -> report.add(new Ratio(
                subject + ".perSecond",
                values.stream().mapToDouble(Double::doubleValue).toArray())));
    }

    private void addShard() {
        report.add(new Ratio(
                "put.journaled.p50-put.memory.p50", differences(ShardCostRole.JOURNALED, ShardCostRole.MEMORY)));
        report.add(Ratio.of(
                "put.p99.snapshotting/put.p99.idle",
                of(ShardCostRole.SNAPSHOTTING, "p99"),
                of(ShardCostRole.JOURNALED, "p99")));
        if (rounds.has(LINE)) {
            addBesideTheLine();
        }
    }

    private double[] differences(String more, String less) {
        double[] added = of(more, "p50");
        double[] base = of(less, "p50");
        for (int i = 0; i < added.length; i++) {
            added[i] -= base[i];
        }
        return added;
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
        return rounds.of(subject, percentile);
    }

    private static String describe(String subject) {
        return switch (subject) {
            case ShardCostRole.MEMORY -> "nobody follows the ring; 1 M puts/s, each when it is due";
            case ShardCostRole.JOURNALED -> "the same, the journal's writer and keeper on the other core";
            case ShardCostRole.SNAPSHOTTING -> "the same, and a snapshot is copied there";
            case ShardCostRole.ACKNOWLEDGED -> "one after another, until the journal has it";
            case ShardCostRole.PERSISTENT -> "emulated persistent memory, the write-back on the other core; 1 M puts/s";
            case ShardCostRole.FLUSH -> "the writing back of a line that was just stored is begun";
            case ShardCostRole.FENCE -> "it is waited for";
            case ShardCostRole.APPEND -> "64 bytes copied into a file's pages, and nothing else";
            default -> "C, between the two cores, spinning";
        };
    }
}
