package io.needletail.bench.peers;

import io.needletail.bench.data.HazelcastSettings;
import io.needletail.bench.ipc.IpcRun;
import io.needletail.bench.ipc.IpcScores;
import io.needletail.bench.micro.AgronaGet;
import io.needletail.bench.micro.CaffeineGet;
import io.needletail.bench.micro.ChronicleMapGet;
import io.needletail.bench.micro.HazelcastGet;
import io.needletail.bench.micro.ReaderGet;
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
    private static final int LARGER_VALUE = 256;

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
    private boolean basic;

    public PeersRun(BenchPlan plan, BenchCores cores, Path folder, BenchReport report, Progress progress) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
    }

    /** Whether to leave out 256 bytes from shared memory, and all but one key of 16 bytes for Hazelcast. */
    public PeersRun basic(boolean isBasic) {
        basic = isBasic || plan.equals(BenchPlan.SMOKE);
        return this;
    }

    public void run(List<WorkingSet> sets) throws IOException, InterruptedException {
        for (String settings : List.of(
                HazelcastSettings.describe(),
                ChronicleMapGet.describe(),
                AgronaGet.describe(),
                CaffeineGet.describe(),
                "ConcurrentHashMap: as it grows by itself, keys and values records of two longs, a new key object a get",
                "sixteen keys: Chronicle Map, ConcurrentHashMap and Agrona have no request of several, so there sixteen are sixteen gets;"
                        + " Caffeine's getAllPresent and the getAll of a Hazelcast member in the process are not measured")) {
            report.note(settings);
        }
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
        if (basic) {
            report.note("--basic: Hazelcast and the shared map are asked for one key of 16 bytes only");
        } else {
            largerValues();
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

    /** Values of 256 bytes, read from another process's memory. */
    private void largerValues() throws IOException, InterruptedException {
        Map<String, Class<? extends Subject>> subjects = new LinkedHashMap<>();
        subjects.put("reader.get.256", ReaderGet.class);
        subjects.put("sharedchroniclemap.256", SharedChronicleMapGet.class);
        new TiersRun(plan, cores, folder.resolve("values256"), report, progress)
                .only(List.of())
                .withValues(LARGER_VALUE, "64m")
                .beside(
                        subjects,
                        List.of(new Quotient(
                                "reader.get.256/sharedchroniclemap.256", "reader.get.256", "sharedchroniclemap.256")),
                        (set, parameters) -> startSharedMap(set, LARGER_VALUE, parameters))
                .run(List.of(WorkingSet.PLAIN));
    }

    private AutoCloseable startSharedMap(WorkingSet set, Map<String, String> parameters)
            throws IOException, InterruptedException {
        return startSharedMap(set, 16, parameters);
    }

    private AutoCloseable startSharedMap(WorkingSet set, int valueLength, Map<String, String> parameters)
            throws IOException, InterruptedException {
        Path shared = SharedFolders.create("map");
        Path file = shared.resolve("map");
        RoleProcess owner = RoleProcess.start(
                "owner of the shared map",
                List.of(
                        "_bench-peer",
                        "chronicle-map",
                        "file=" + file,
                        "entries=" + set.entries(),
                        "value=" + valueLength));
        owner.await("ready", START_SECONDS);
        parameters.put("sharedMap", file.toString());
        return () -> {
            owner.close();
            PrivateFiles.deleteTree(shared);
        };
    }

    private void betweenProcesses() throws IOException, InterruptedException {
        try (IpcRun run = new IpcRun(plan.ipc(), cores, folder)) {
            SocketSubjects subjects = new SocketSubjects(plan.ipc(), cores, run, basic);
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
