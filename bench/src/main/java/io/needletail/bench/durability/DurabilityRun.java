package io.needletail.bench.durability;

import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.report.BenchReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** {@code bench durability}: its parts, one after another, each in processes of its own. */
public final class DurabilityRun {
    static final String SHARD = "shard";
    static final String PERSISTENT = "persistent";
    static final String RATES = "rates";
    private static final String SYNCED = "synced";
    private static final String RESTART = "restart";
    public static final List<String> PARTS = List.of(SHARD, PERSISTENT, RATES, SYNCED, RESTART);

    private final DurabilityPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;
    private final List<String> parts;

    public DurabilityRun(
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
        this.parts = List.copyOf(parts);
    }

    public void run() throws IOException, InterruptedException {
        report.parameter("parts", String.join(",", parts));
        if (!Collections.disjoint(parts, ShardCostRun.PARTS)) {
            new ShardCostRun(plan, cores, folder, report, progress, parts).run();
        }
        if (parts.contains(SYNCED)) {
            new SyncedRun(plan, cores, folder, report, progress).run();
        }
        if (parts.contains(RESTART)) {
            new RestartRun(plan, folder, report, progress).run();
        }
    }
}
