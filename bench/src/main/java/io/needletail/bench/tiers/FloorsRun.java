package io.needletail.bench.tiers;

import io.needletail.bench.ipc.IpcRun;
import io.needletail.bench.micro.Load;
import io.needletail.bench.micro.LoadOrder;
import io.needletail.bench.micro.MicroRun;
import io.needletail.bench.micro.Store;
import io.needletail.bench.micro.Subject;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code bench floors}: what this machine can do at best, for each working set and between two cores. */
public final class FloorsRun {
    private static final Map<String, Class<? extends Subject>> FLOORS =
            Map.of("order", LoadOrder.class, "load", Load.class, "store", Store.class);

    private final BenchPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;

    public FloorsRun(BenchPlan plan, BenchCores cores, Path folder, BenchReport report, Progress progress) {
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
            parameters.put("entries", Integer.toString(set.entries()));
            parameters.put("asked", Integer.toString(set.asked()));
            MicroRun.Scores scores = new MicroRun(plan.micro(), parameters, folder)
                    .run(
                            List.copyOf(FLOORS.values()),
                            round -> progress.round(
                                    set.name("floors"), round, plan.micro().turns()));
            addFigures(set, scores.nsPerOperation());
        }
        new IpcFigures(plan.ipc(), cores, folder, report, progress).run(List.of(IpcRun.CACHE_LINE, IpcRun.ECHO));
    }

    private void addFigures(WorkingSet set, Map<String, double[]> scores) {
        for (String name : List.of("order", "load", "store")) {
            report.add(Result.mean(
                    set.name(name), scores.get(FLOORS.get(name).getSimpleName()), set.describe(), describe(name)));
        }
        double[] order = scores.get(LoadOrder.class.getSimpleName());
        report.add(Ratio.of(set.name("load/order"), scores.get(Load.class.getSimpleName()), order));
        report.add(Ratio.of(set.name("store/order"), scores.get(Store.class.getSimpleName()), order));
    }

    private static String describe(String name) {
        return switch (name) {
            case "order" -> "the next handle of the random order and nothing else: what the asking costs every subject";
            case "load" -> "16 bytes of the slot that the handle names, unchecked";
            default -> "16 bytes into the slot that the handle names, no version, checksum or record";
        };
    }
}
