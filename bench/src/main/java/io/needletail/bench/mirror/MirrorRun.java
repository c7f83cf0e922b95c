package io.needletail.bench.mirror;

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
import io.needletail.bench.stats.Rounds;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code bench mirror}: reading another process's memory, and putting until another process has it, beside the C shim that does no more. */
public final class MirrorRun {
    private static final long SECONDS = 120;
    private static final double RATE = 1e5;
    private static final List<String> PERCENTILES = List.of("p50", "p90", "p99", "p99.9", "p99.99");
    private static final List<String> READS =
            List.of(RemoteReaderRole.READ, RemoteReaderRole.HALVES, RemoteReaderRole.GET, RemoteReaderRole.BATCH);
    private static final List<String> PUTS = List.of(
            MirroredPutRole.WRITE, MirroredPutRole.MIRRORED, MirroredPutRole.MEMORY, MirroredPutRole.WITH_MIRROR);
    /** What the mirror's process does while something is measured. */
    private static final Map<String, String> BESIDE = Map.of(
            MirroredPutRole.WRITE, MirrorRole.ECHO,
            MirroredPutRole.MIRRORED, MirrorRole.SPIN,
            MirroredPutRole.MEMORY, MirrorRole.REST,
            MirroredPutRole.WITH_MIRROR, MirrorRole.SHARE);

    private final MirrorPlan plan;
    private final String provider;
    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;
    private final PercentileRounds rounds = new PercentileRounds();
    /** Bytes of heap an operation takes, of a whole round. */
    private final Map<String, List<Double>> allocated = new HashMap<>();

    public MirrorRun(
            MirrorPlan plan, String provider, BenchCores cores, Path folder, BenchReport report, Progress progress) {
        this.plan = plan;
        this.provider = provider;
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
    }

    public void run() throws IOException, InterruptedException {
        report.parameter("provider", provider);
        Path regions = SharedFolders.create("mirror");
        Path work = PrivateFiles.createFolder(folder.resolve("mirror"));
        try {
            measureReads(regions, work.resolve("handles"));
            measurePuts(regions, work.resolve("membership"));
        } finally {
            PrivateFiles.deleteTree(regions);
            PrivateFiles.deleteTree(work);
        }
        addFigures();
    }

    private List<String> arguments(String verb, String role, int core, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(verb, role, "provider=" + provider, "core=" + core));
        arguments.addAll(List.of(settings));
        return arguments;
    }

    private void measureReads(Path regions, Path handles) throws IOException, InterruptedException {
        List<String> target = arguments(
                "_bench-server",
                "remote-target",
                cores.server(),
                "regions=" + PrivateFiles.createFolder(regions.resolve("read")),
                "handles=" + handles,
                "slots=" + plan.slots());
        try (RoleProcess asked = RoleProcess.start("remote target", target)) {
            String place = asked.await(RemoteTargetRole.PLACE, SECONDS).substring(RemoteTargetRole.PLACE.length());
            List<String> reader =
                    arguments("_bench-client", "remote-reader", cores.client(), "handles=" + handles, "place=" + place);
            try (RoleProcess reads = RoleProcess.start("remote reader", reader)) {
                reads.await("ready", SECONDS);
                for (int round = -1; round < plan.rounds(); round++) { // the first one warms up
                    progress.round("reading another process's memory", Math.max(0, round), plan.rounds());
                    for (String subject : round % 2 == 0 ? READS : READS.reversed()) {
                        reads.tell(subject + " " + plan.turnNs());
                        note(round, subject, result(reads), 0);
                    }
                }
                reads.tell("stop");
                reads.await("done", SECONDS);
            }
            asked.tell("stop");
            asked.await("done", SECONDS);
        }
    }

    private void measurePuts(Path regions, Path membership) throws IOException, InterruptedException {
        Path shards = PrivateFiles.createFolder(regions.resolve("put"));
        List<String> primary = arguments(
                "_bench-server",
                "mirrored-put",
                cores.client(),
                "other=" + cores.server(),
                "regions=" + shards,
                "membership=" + membership,
                "slots=" + plan.slots());
        List<String> mirror = arguments(
                "_bench-server",
                "mirror",
                cores.server(),
                "region=" + shards.resolve("mirror"),
                "membership=" + membership);
        try (RoleProcess puts = RoleProcess.start("primary", primary)) {
            String lines = puts.await(RemoteTargetRole.PLACE, SECONDS).substring(RemoteTargetRole.PLACE.length());
            try (RoleProcess mirrors = RoleProcess.start("mirror", mirror)) {
                puts.tell(meet(mirrors, lines));
                mirrors.tell(MirrorRole.SPIN);
                mirrors.await(MirrorRole.SPIN, SECONDS);
                puts.await("ready", SECONDS);
                mirrors.tell(MirrorRole.REST);
                for (int round = -1; round < plan.rounds(); round++) {
                    progress.round("putting until a mirror has it", Math.max(0, round), plan.rounds());
                    for (String subject : round % 2 == 0 ? PUTS : PUTS.reversed()) {
                        playPut(round, subject, puts, mirrors);
                    }
                }
                puts.tell("stop");
                puts.await("done", SECONDS);
                mirrors.tell("stop");
                mirrors.await("done", SECONDS);
            }
        }
    }

    /** Tells the mirror where the primary's line is; where its own is. */
    private static String meet(RoleProcess mirrors, String lines) throws IOException, InterruptedException {
        String place = mirrors.await(RemoteTargetRole.PLACE, SECONDS).substring(RemoteTargetRole.PLACE.length());
        mirrors.tell(lines);
        mirrors.await("ready", SECONDS);
        return place;
    }

    private void playPut(int round, String subject, RoleProcess puts, RoleProcess mirrors)
            throws IOException, InterruptedException {
        mirrors.await(MirrorRole.ENDED, SECONDS);
        mirrors.tell(BESIDE.get(subject));
        mirrors.await(BESIDE.get(subject), SECONDS);
        puts.tell(subject + " " + RATE + " " + plan.turnNs());
        JsonNode result = result(puts);
        mirrors.tell(MirrorRole.REST);
        long beside = Long.parseLong(mirrors.await(MirrorRole.ENDED, SECONDS).substring(MirrorRole.ENDED.length()));
        note(round, subject, result, beside);
    }

    private static JsonNode result(RoleProcess role) throws IOException, InterruptedException {
        String line = role.await(TimedTurns.RESULT, SECONDS);
        return new ObjectMapper().readTree(line.substring(TimedTurns.RESULT.length()));
    }

    private void note(int round, String subject, JsonNode result, long allocatedBeside) {
        if (round < 0) {
            return;
        }
        for (String percentile : PERCENTILES) {
            rounds.add(subject, percentile, result.get(percentile).asDouble());
        }
        double bytes = result.get("allocated").asDouble() + allocatedBeside;
        allocated
                .computeIfAbsent(subject, any -> new ArrayList<>())
                .add(bytes / result.get("count").asDouble());
    }

    private void addFigures() {
        rounds.forEach((subject, values) ->
                report.add(Result.percentiles(subject, values, "4,096 entries of 16+16 bytes", describe(subject))));
        report.add(Ratio.of("remote.get.p50/read.p50", rounds.of(RemoteReaderRole.GET, "p50"), fastestRead()));
        report.add(ratio(RemoteReaderRole.BATCH, RemoteReaderRole.GET));
        report.add(ratio(MirroredPutRole.MIRRORED, MirroredPutRole.WRITE));
        report.add(new Ratio("put.memory.withMirror.p50-put.memory.p50", added()));
        report.add(Ratio.figure("alloc.bytesPerOp.max", mostAllocated()));
        report.note("cores: reads, write and put.mirrored1: one process spins on core " + cores.client()
                + ", the other on core " + cores.server());
        report.note("cores: put.memory.withMirror: the shard spins on core " + cores.client()
                + ", replication and mirror share core " + cores.server());
        report.note(
                "provider " + provider
                        + (provider.contains("verbs") || provider.contains("efa")
                                ? ""
                                : ": software, the target's processor does what a card would; none of this is a card's latency"));
    }

    private Ratio ratio(String first, String second) {
        return Ratio.of(first + ".p50/" + second + ".p50", rounds.of(first, "p50"), rounds.of(second, "p50"));
    }

    /** Of the two ways, a round each. */
    private double[] fastestRead() {
        double[] fastest = rounds.of(RemoteReaderRole.READ, "p50");
        double[] halves = rounds.of(RemoteReaderRole.HALVES, "p50");
        for (int i = 0; i < fastest.length; i++) {
            fastest[i] = Math.min(fastest[i], halves[i]);
        }
        return fastest;
    }

    private double[] added() {
        double[] with = rounds.of(MirroredPutRole.WITH_MIRROR, "p50");
        double[] without = rounds.of(MirroredPutRole.MEMORY, "p50");
        for (int i = 0; i < with.length; i++) {
            with[i] -= without[i];
        }
        return with;
    }

    /** Of a subject's median round, both processes' threads together. */
    private double mostAllocated() {
        return allocated.values().stream()
                .mapToDouble(values -> Rounds.median(
                        values.stream().mapToDouble(Double::doubleValue).toArray()))
                .max()
                .orElseThrow();
    }

    private static String describe(String subject) {
        return switch (subject) {
            case RemoteReaderRole.READ -> "64 bytes of the other's memory, by the C shim alone";
            case RemoteReaderRole.HALVES -> "the same as two halves by one operation; the faster of both is the floor";
            case RemoteReaderRole.GET -> "slot, state and lease, posted together, validated";
            case RemoteReaderRole.BATCH -> "16 slots, state and lease, posted together";
            case MirroredPutRole.WRITE -> "64 bytes into the other's memory, and 64 back, by the C shim alone";
            case MirroredPutRole.MIRRORED -> "one after another, until the mirror has said that it has validated it";
            case MirroredPutRole.MEMORY -> "on the shard's thread; 100,000 puts/s, each when it is due";
            case MirroredPutRole.WITH_MIRROR -> "the same while a mirror is fed from the other core";
            default -> subject;
        };
    }
}
