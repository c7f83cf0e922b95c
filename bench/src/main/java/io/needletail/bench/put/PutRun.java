package io.needletail.bench.put;

import io.needletail.bench.micro.EmbeddedPut;
import io.needletail.bench.micro.EmbeddedPutAnonymous;
import io.needletail.bench.micro.EmbeddedPutFollowed;
import io.needletail.bench.micro.MicroRun;
import io.needletail.bench.micro.PutChecksum;
import io.needletail.bench.micro.PutVersion;
import io.needletail.bench.micro.Store;
import io.needletail.bench.micro.Subject;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import io.needletail.bench.stats.Rounds;
import io.needletail.bench.tiers.BenchPlan;
import io.needletail.bench.tiers.WorkingSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code bench put}: a put taken apart, each step with everything of the one before. */
public final class PutRun {
    private static final Map<String, Class<? extends Subject>> STEPS = new LinkedHashMap<>();

    static {
        STEPS.put("store", Store.class);
        STEPS.put("version", PutVersion.class);
        STEPS.put("checksum", PutChecksum.class);
        STEPS.put("record", EmbeddedPut.class);
        STEPS.put("consumer", EmbeddedPutFollowed.class);
        STEPS.put("anonymous", EmbeddedPutAnonymous.class);
    }

    private final BenchPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;

    public PutRun(BenchPlan plan, BenchCores cores, Path folder, BenchReport report, Progress progress) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
    }

    public void run(List<WorkingSet> sets) throws IOException, InterruptedException {
        for (WorkingSet set : sets) {
            Map<String, String> parameters = new HashMap<>();
            parameters.put("core", Integer.toString(cores.server()));
            parameters.put("consumerCore", Integer.toString(cores.client()));
            parameters.put("entries", Integer.toString(set.entries()));
            parameters.put("asked", Integer.toString(set.asked()));
            MicroRun.Scores scores = new MicroRun(plan.micro(), parameters, folder)
                    .run(
                            List.copyOf(STEPS.values()),
                            round -> progress.round(
                                    set.name("put"), round, plan.micro().turns()));
            addFigures(set, scores.nsPerOperation());
        }
    }

    private void addFigures(WorkingSet set, Map<String, double[]> scores) {
        STEPS.forEach((name, subject) -> report.add(Result.mean(
                set.name("put." + name), scores.get(subject.getSimpleName()), set.describe(), describe(name))));
        addCost(set, scores, "version", "store");
        addCost(set, scores, "checksum", "version");
        addCost(set, scores, "record", "checksum");
        addCost(set, scores, "consumer", "record");
        addCost(set, scores, "anonymous", "record");
    }

    private void addCost(WorkingSet set, Map<String, double[]> scores, String name, String before) {
        double[] first = scores.get(STEPS.get(name).getSimpleName());
        double[] second = scores.get(STEPS.get(before).getSimpleName());
        report.add(Ratio.of(set.name("put." + name + "/" + before), first, second));
        report.note(String.format(
                Locale.ROOT,
                "%-14s %+7.2f ns on top of %s",
                set.name(name),
                Rounds.median(first) - Rounds.median(second),
                before));
    }

    private static String describe(String name) {
        return switch (name) {
            case "store" -> "the floor: sixteen bytes";
            case "version" -> "odd version, seal and value, even version";
            case "checksum" -> "and CRC32C over slot, word, version and value";
            case "record" -> "and the mutation record: the whole put by handle";
            case "consumer" -> "and a gating consumer on the other core";
            default -> "the whole put into slots of half a line";
        };
    }
}
