package io.needletail.bench.peers;

import io.needletail.bench.data.HazelcastSettings;
import io.needletail.bench.ipc.IpcRun;
import io.needletail.bench.ipc.IpcScores;
import io.needletail.bench.micro.HazelcastGet;
import io.needletail.bench.micro.SharedChronicleMapGet;
import io.needletail.bench.micro.Subject;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.SharedFolders;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.tiers.BenchPlan;
import io.needletail.bench.tiers.Quotient;
import io.needletail.bench.tiers.TiersRun;
import io.needletail.bench.tiers.WorkingSet;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code bench peers}: everything that {@code bench tiers} measures, and beside it every peer that is asked over a socket or a
 * map.
 */
public final class PeersRun {
    private static final long START_SECONDS = 120;

    private static final Map<String, Class<? extends Subject>> IN_PROCESS = new LinkedHashMap<>();
    private static final List<Quotient> QUOTIENTS = List.of(
            new Quotient("reader.get.p50/sharedchroniclemap.p50", "reader.get", "sharedchroniclemap"),
            new Quotient("hazelcast.member/embedded.getByKey", "hazelcast.member", "embedded.getByKey"));

    static {
        IN_PROCESS.put("sharedchroniclemap", SharedChronicleMapGet.class);
        IN_PROCESS.put("hazelcast.member", HazelcastGet.class);
    }

    private final BenchPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;

    public PeersRun(BenchPlan plan, BenchCores cores, Path folder, BenchReport report, Progress progress) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
    }

    public void run(List<WorkingSet> sets) throws IOException, InterruptedException {
        report.note(HazelcastSettings.describe());
        report.note(
                "a read that takes a few ns is timed in rounds: reader.get.p50/sharedchroniclemap.p50 is the ratio of"
                        + " the rounds' means, its median over the rounds");
        TiersRun tiers = new TiersRun(plan, cores, folder, report, progress);
        tiers.only(subjects())
                .with(1 << 25, "gating")
                .beside(IN_PROCESS, QUOTIENTS, this::startSharedMap)
                .run(sets);
        if (sets.contains(WorkingSet.MILLION)) {
            new TiersRun(plan, cores, folder, report, progress)
                    .with(1 << 25, "gating")
                    .only(List.of("embedded.getByKey", "embedded.getByKey.batch16"))
                    .run(List.of(WorkingSet.EIGHT_MILLION));
            double[] rounds =
                    report.ratios().get("embedded.getByKey.batch16/single.8M").rounds();
            report.add(new Ratio("embedded.getByKey.batch16.8M/single.8M", rounds));
        }
        betweenProcesses();
        new PeerMemory(plan, cores, folder, report).run();
    }

    /** All but those between processes, which come with the peers; for show only what peers are divided by. */
    private List<String> subjects() {
        return plan.equals(BenchPlan.SMOKE)
                ? List.of("embedded.get", "reader.get", "embedded.getByKey")
                : TiersRun.names().stream()
                        .filter(name -> !name.equals(TiersRun.BETWEEN_PROCESSES))
                        .toList();
    }

    private AutoCloseable startSharedMap(WorkingSet set, Map<String, String> parameters)
            throws IOException, InterruptedException {
        Path shared = SharedFolders.create("map");
        Path file = shared.resolve("map");
        RoleProcess owner = RoleProcess.start(
                "owner of the shared map",
                List.of("_bench-peer", "chronicle-map", "file=" + file, "entries=" + set.entries()));
        owner.await("ready", START_SECONDS);
        parameters.put("sharedMap", file.toString());
        return () -> {
            owner.close();
            PrivateFiles.deleteTree(shared);
        };
    }

    private void betweenProcesses() throws IOException, InterruptedException {
        try (IpcRun run = new IpcRun(plan.ipc(), cores, folder)) {
            SocketSubjects subjects = new SocketSubjects(plan.ipc(), cores, run);
            subjects.missing().forEach(report::note);
            IpcScores scores = run.with(subjects.starters())
                    .run(
                            subjects.names(),
                            round -> progress.round(
                                    "between processes, with peers",
                                    round,
                                    plan.ipc().rounds()));
            new PeerFigures(report, scores).add(subjects);
        }
    }
}
