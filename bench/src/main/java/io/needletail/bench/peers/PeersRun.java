package io.needletail.bench.peers;

import io.needletail.bench.data.HazelcastSettings;
import io.needletail.bench.ipc.IpcRun;
import io.needletail.bench.ipc.IpcScores;
import io.needletail.bench.micro.AgronaGet;
import io.needletail.bench.micro.AgronaLargeGet;
import io.needletail.bench.micro.CaffeineGet;
import io.needletail.bench.micro.CaffeineGetAll;
import io.needletail.bench.micro.CaffeineLargeGet;
import io.needletail.bench.micro.ChronicleMapGet;
import io.needletail.bench.micro.ConcurrentHashMapLargeGet;
import io.needletail.bench.micro.EmbeddedGet;
import io.needletail.bench.micro.EmbeddedGetByKey;
import io.needletail.bench.micro.EmbeddedGetByKeyBatch;
import io.needletail.bench.micro.HazelcastGet;
import io.needletail.bench.micro.HazelcastGetAll;
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

    /** Sixteen with one call, for the peers that have one. */
    private static final Map<String, Class<? extends Subject>> TOGETHER = new LinkedHashMap<>();

    private static final List<Quotient> TOGETHER_QUOTIENTS = List.of(
            new Quotient(
                    "caffeine.getAll16/embedded.getByKey.batch16", "caffeine.getAll16", "embedded.getByKey.batch16"),
            new Quotient(
                    "hazelcast.member.getAll16/embedded.getByKey.batch16",
                    "hazelcast.member.getAll16",
                    "embedded.getByKey.batch16"));

    /** Values of 256 bytes. */
    private static final Map<String, Class<? extends Subject>> LARGER = new LinkedHashMap<>();

    private static final List<Quotient> LARGER_QUOTIENTS = List.of(
            new Quotient("reader.get.256/sharedchroniclemap.256", "reader.get.256", "sharedchroniclemap.256"),
            larger("chroniclemap"),
            larger("agrona"),
            larger("concurrenthashmap"));

    static {
        IN_PROCESS.put("sharedchroniclemap", SharedChronicleMapGet.class);
        IN_PROCESS.put("hazelcast.member", HazelcastGet.class);
        TOGETHER.put("caffeine.getAll16", CaffeineGetAll.class);
        TOGETHER.put("hazelcast.member.getAll16", HazelcastGetAll.class);
        LARGER.put("reader.get.256", ReaderGet.class);
        LARGER.put("sharedchroniclemap.256", SharedChronicleMapGet.class);
        LARGER.put("embedded.get.256", EmbeddedGet.class);
        LARGER.put("embedded.getByKey.256", EmbeddedGetByKey.class);
        LARGER.put("embedded.getByKey.batch16.256", EmbeddedGetByKeyBatch.class);
        LARGER.put("chroniclemap.256", ChronicleMapGet.class);
        LARGER.put("concurrenthashmap.256", ConcurrentHashMapLargeGet.class);
        LARGER.put("agrona.256", AgronaLargeGet.class);
        LARGER.put("caffeine.256", CaffeineLargeGet.class);
        LARGER.put("hazelcast.member.256", HazelcastGet.class);
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

    /** Whether to leave out 256 bytes in and beside the process, sixteen keys of maps, and all but one key of 16 bytes for Hazelcast. */
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
                "ConcurrentHashMap: initial capacity the entries, keys and values records of two longs, a new key object a get",
                "sixteen keys: Chronicle Map, ConcurrentHashMap and Agrona have no request of several, so there sixteen are sixteen gets",
                IpcRun.describeEcho())) {
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
            report.note(
                    "--basic: maps in the process, Hazelcast and the shared map are asked for one key of 16 bytes only");
        } else {
            together();
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

    private static Quotient larger(String peer) {
        return new Quotient("embedded.getByKey.256/" + peer + ".256", "embedded.getByKey.256", peer + ".256");
    }

    private void together() throws IOException, InterruptedException {
        new TiersRun(plan, cores, folder.resolve("together"), report, progress)
                .with(1 << 25, "gating")
                .only(List.of("embedded.getByKey.batch16"))
                .beside(TOGETHER, TOGETHER_QUOTIENTS, (set, parameters) -> () -> {})
                .run(List.of(WorkingSet.PLAIN));
    }

    private void largerValues() throws IOException, InterruptedException {
        report.note(
                "values of 256 bytes: Chronicle Map, Hazelcast and ours copy them out; ConcurrentHashMap, Agrona and Caffeine"
                        + " hand over the object that was put");
        new TiersRun(plan, cores, folder.resolve("values256"), report, progress)
                .only(List.of())
                .withValues(LARGER_VALUE, "64m")
                .with(1 << 25, "gating")
                .beside(LARGER, LARGER_QUOTIENTS, (set, parameters) -> startSharedMap(set, LARGER_VALUE, parameters))
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
            TiersRun.addAllocated(report, TiersRun.allocatedOverASession(scores));
        }
    }
}
