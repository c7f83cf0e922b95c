package io.needletail.bench.sharing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.SharedFolders;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import io.needletail.bench.tiers.BenchPlan;
import io.needletail.memory.CoreRally;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code bench sharing}: what a co-located reader's get takes while the owner writes the same entry, its neighbour in the line or
 * another one, and what the owner's put takes while somebody reads there. Two processes, each on its own core.
 */
public final class SharingRun {
    private static final long SECONDS = 120;
    private static final long RALLY_ROUNDS = 200_000;
    private static final String PERCENTILES = "p50 p90 p99 p99.9";

    private final BenchPlan plan;
    private final BenchCores cores;
    private final BenchReport report;
    private final Progress progress;
    private final List<Scene> scenes;
    private final Map<String, List<JsonNode>> reads = new LinkedHashMap<>();
    private final Map<String, List<Double>> putNs = new LinkedHashMap<>();
    private final Map<String, List<Double>> rates = new LinkedHashMap<>();
    private final List<Double> cacheLine = new ArrayList<>();

    /** @param only the names of the scenes to play, of {@link Scene#names()} */
    public SharingRun(
            BenchPlan plan, BenchCores cores, BenchReport report, Progress progress, Collection<String> only) {
        scenes = Scene.ALL.stream().filter(scene -> only.contains(scene.name())).toList();
        this.plan = plan;
        this.cores = cores;
        this.report = report;
        this.progress = progress;
    }

    public void run() throws IOException, InterruptedException {
        Path folder = SharedFolders.create("sharing");
        String region = "region=" + folder.resolve("region");
        try (RoleProcess owner = RoleProcess.start(
                "owner", List.of("_bench-server", "sharing-owner", region, "core=" + cores.server()))) {
            String[] handles = owner.await(OwnerRole.READY, SECONDS)
                    .substring(OwnerRole.READY.length())
                    .split(",");
            try (RoleProcess reader = RoleProcess.start(
                    "reader", List.of("_bench-client", "sharing-reader", region, "core=" + cores.client()))) {
                reader.await("ready", SECONDS);
                play(owner, reader, handles);
                reader.tell("stop");
                reader.await("done", SECONDS);
            }
            owner.tell("stop");
            owner.await("done", SECONDS);
        } finally {
            PrivateFiles.deleteTree(folder);
        }
        addFigures();
    }

    private void play(RoleProcess owner, RoleProcess reader, String[] handles)
            throws IOException, InterruptedException {
        int turns = plan.micro().turns();
        for (int turn = 0; turn < turns; turn++) {
            progress.round("sharing", turn, turns);
            boolean counts = turn >= plan.micro().warmUpTurns();
            rally(owner, reader, counts);
            for (Scene scene : scenes) {
                play(scene, owner, reader, handles, counts);
            }
        }
    }

    /** The floor, while both processes rest. */
    private void rally(RoleProcess owner, RoleProcess reader, boolean counts) throws IOException, InterruptedException {
        if (!CoreRally.isAvailable() || !cores.canPin()) {
            return;
        }
        owner.pause();
        reader.pause();
        CoreRally rally = CoreRally.cacheLine(cores.client(), cores.server(), RALLY_ROUNDS);
        reader.resume();
        owner.resume();
        if (counts) {
            cacheLine.add(rally.quantileNs(0.5));
        }
    }

    private void play(Scene scene, RoleProcess owner, RoleProcess reader, String[] handles, boolean counts)
            throws IOException, InterruptedException {
        if (scene.writes()) {
            owner.tell("write " + scene.written() + " " + scene.rate());
            owner.await(OwnerRole.WRITING, SECONDS);
        }
        if (scene.reads()) {
            reader.tell("read " + handles[scene.read()] + " " + scene.fresh() + " "
                    + plan.micro().turnMs());
            String answer = reader.await(SharingReaderRole.RESULT, SECONDS);
            if (counts) {
                reads.computeIfAbsent(scene.name(), any -> new ArrayList<>())
                        .add(new ObjectMapper().readTree(answer.substring(SharingReaderRole.RESULT.length())));
            }
        } else {
            Thread.sleep(plan.micro().turnMs());
        }
        if (scene.writes()) {
            owner.tell("rest");
            String[] wrote = owner.await(OwnerRole.WROTE, SECONDS).split(" ");
            if (counts) {
                putNs.computeIfAbsent(scene.name(), any -> new ArrayList<>()).add(Double.parseDouble(wrote[1]));
                rates.computeIfAbsent(scene.name(), any -> new ArrayList<>()).add(Double.parseDouble(wrote[2]));
            }
        }
    }

    private void addFigures() {
        for (Scene scene : scenes) {
            if (scene.reads() && !scene.name().startsWith("put.")) {
                addReads(scene);
            }
            if (scene.writes()) {
                addPuts(scene);
            }
        }
        addPutRatio("put.neighbourRead", "put.nextLineRead");
        addPutRatio("put.read", "put.unread");
        addRatio(
                "anonymous.neighbourUpdated1M.p50/nextLineUpdated1M.p50",
                "anonymous.neighbourUpdated1M",
                "anonymous.nextLineUpdated1M",
                "p50");
        addRatio("reader.updated1M.mean/reader.hot.mean", "reader.updated1M", "reader.hot", "mean");
        if (!cacheLine.isEmpty()) {
            double[] line = array(cacheLine);
            report.add(Result.mean("cacheline", line, "one line", "C, between the two cores, spinning"));
            addToLine("reader.fresh", "p50", line);
            addToLine("reader.updated1M", "p99", line);
            addToLine("reader.updated10M", "p99", line);
        }
    }

    private void addToLine(String scene, String percentile, double[] line) {
        if (reads.containsKey(scene)) {
            report.add(Ratio.of(scene + "." + percentile + "/cacheline.p50", rounds(scene, percentile), line));
        }
    }

    private void addPutRatio(String first, String second) {
        if (putNs.containsKey(first) && putNs.containsKey(second)) {
            report.add(Ratio.of(first + "/" + second, ns(first), ns(second)));
        }
    }

    private void addRatio(String key, String first, String second, String figure) {
        if (reads.containsKey(first) && reads.containsKey(second)) {
            report.add(Ratio.of(key, rounds(first, figure), rounds(second, figure)));
        }
    }

    private void addReads(Scene scene) {
        Map<String, List<Double>> percentiles = new LinkedHashMap<>();
        for (String name : PERCENTILES.split(" ")) {
            percentiles.put(name, list(rounds(scene.name(), name)));
        }
        String rate = !scene.writes()
                ? "nobody writes"
                : scene.rate() == 0
                        ? "written as fast as it goes"
                        : String.format(Locale.ROOT, "%,.0f puts a second asked", scene.rate());
        report.add(
                Result.percentiles(scene.name(), percentiles, rate, "two processes; the counter's cost is subtracted"));
        if (!scene.fresh()) {
            report.add(Result.mean(scene.name() + ".mean", rounds(scene.name(), "mean"), rate, "64 gets together"));
        }
        report.add(new Ratio(scene.name() + ".retriesAGet", rounds(scene.name(), "retriesAGet")));
    }

    private void addPuts(Scene scene) {
        if (scene.rate() == 0) {
            report.add(Result.mean(scene.name() + ".putNs", ns(scene.name()), "as fast as it goes", "the owner's put"));
        } else {
            report.add(new Ratio(scene.name() + ".putsPerSecond", array(rates.get(scene.name()))));
        }
    }

    private double[] ns(String scene) {
        return array(putNs.get(scene));
    }

    private double[] rounds(String scene, String figure) {
        return reads.get(scene).stream()
                .mapToDouble(round -> round.get(figure).asDouble())
                .toArray();
    }

    private static List<Double> list(double[] values) {
        return java.util.Arrays.stream(values).boxed().toList();
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
