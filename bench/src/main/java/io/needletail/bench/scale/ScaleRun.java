package io.needletail.bench.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.micro.MicroPlan;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code bench scale}: one shard a core, from one core to all of them. What n shards do at once is compared, round by round,
 * with what the same shards do one after the other: 1 is perfect, less is what they share (caches, memory, clock).
 */
public final class ScaleRun {
    private static final long SECONDS = 300;
    private static final int BAR = 40;

    private final MicroPlan plan;
    private final List<Integer> cores;
    private final int entries;
    private final long ringLength;
    private final BenchReport report;
    private final Progress progress;
    private final Map<String, List<Double>> perShardNs = new LinkedHashMap<>();
    private final Map<String, List<Double>> rates = new LinkedHashMap<>();
    private final Map<String, List<Double>> efficiencies = new LinkedHashMap<>();

    /** @param cores to use, in the order in which they join */
    public ScaleRun(
            MicroPlan plan, List<Integer> cores, int entries, long ringLength, BenchReport report, Progress progress) {
        this.plan = plan;
        this.cores = cores;
        this.entries = entries;
        this.ringLength = ringLength;
        this.report = report;
        this.progress = progress;
    }

    public void run() throws IOException, InterruptedException {
        String all = cores.stream().map(String::valueOf).collect(Collectors.joining(","));
        try (RoleProcess process = RoleProcess.start(
                "shards",
                List.of(
                        "_bench-server",
                        "scale",
                        "cores=" + all,
                        "entries=" + entries,
                        "ring=" + ringLength,
                        "turnMs=" + plan.turnMs()))) {
            process.await("ready", SECONDS);
            for (int round = 0; round < plan.turns(); round++) {
                progress.round("scale", round, plan.turns());
                boolean counts = round >= plan.warmUpTurns();
                for (String operation : new String[] {"get", "put"}) {
                    sweep(process, operation, counts);
                }
            }
            process.tell("stop");
            process.await("done", SECONDS);
        }
        addFigures();
    }

    private void sweep(RoleProcess process, String operation, boolean counts) throws IOException, InterruptedException {
        Map<Integer, Double> alone = new HashMap<>();
        for (int core : cores) {
            alone.put(core, sum(measure(process, operation, List.of(core))));
        }
        for (int shards = 1; shards <= cores.size(); shards++) {
            List<Integer> used = cores.subList(0, shards);
            double together = shards == 1 ? alone.get(cores.get(0)) : sum(measure(process, operation, used));
            double apart = used.stream().mapToDouble(alone::get).sum();
            if (counts) {
                String name = operation + ".shards" + shards;
                add(perShardNs, name, 1e9 * shards / together);
                add(rates, name, together);
                add(efficiencies, name, together / apart);
            }
        }
    }

    private static void add(Map<String, List<Double>> figures, String name, double value) {
        figures.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
    }

    private static JsonNode measure(RoleProcess process, String operation, List<Integer> used)
            throws IOException, InterruptedException {
        process.tell(operation + " " + used.stream().map(String::valueOf).collect(Collectors.joining(",")));
        return new ObjectMapper()
                .readTree(process.await(ScaleRole.RESULT, SECONDS).substring(ScaleRole.RESULT.length()));
    }

    private static double sum(JsonNode shardRates) {
        double sum = 0;
        for (JsonNode rate : shardRates) {
            sum += rate.asDouble();
        }
        return sum;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private void addFigures() {
        String workingSet = String.format(Locale.ROOT, "%,d entries of 16+16 bytes a shard, a shard a core", entries);
        perShardNs.forEach((name, ns) -> report.add(Result.mean(
                "scale." + name, array(ns), workingSet, "time of an operation on each shard, all at once")));
        rates.forEach((name, rate) -> report.add(new Ratio("scale." + name + ".perSecond", array(rate))));
        efficiencies.forEach((name, efficiency) -> {
            Ratio ratio = new Ratio("scale." + name + ".efficiency", array(efficiency));
            report.add(ratio);
            report.note(String.format(Locale.ROOT, "%-14s %5.1f%%  %s", name, 100 * ratio.value(), "#".repeat((int)
                            Math.round(BAR * Math.clamp(ratio.value(), 0, 1)))));
        });
    }
}
