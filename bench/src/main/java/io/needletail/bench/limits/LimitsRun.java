package io.needletail.bench.limits;

import io.needletail.bench.expiry.Gets;
import io.needletail.bench.process.ApplianceArguments;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.bench.stats.PercentileRounds;
import io.needletail.memory.CycleCounter;
import io.needletail.memory.ThreadPinning;
import io.needletail.server.limits.Limit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What a session notices of a neighbour that asks for more than a limit allows. Both are one thread's, so that two threads spin and
 * no more: the neighbour's request goes out, then the measured get, which the shard takes up behind it. A round has three windows
 * for each limit: the neighbour is silent, asks for what it is given, and asks for more.
 */
public final class LimitsRun {
    /**
     * Beyond these no session gets by what it sends: they are the owner's, the directory needs the region's secret, acknowledgements a
     * journal that is slower than the session.
     */
    private static final Set<Limit> OUT_OF_REACH = Set.of(
            Limit.MAILBOX, Limit.CONSUMERS, Limit.RING, Limit.ACKNOWLEDGEMENTS, Limit.DIRECTORY, Limit.LOG_LINES);

    private static final long START_SECONDS = 60;
    private static final long WINDOW_NS = 500_000_000L;
    /** A window comes in parts, in turn with the other two, so that what the host does to one it does to all. */
    private static final int TURNS = 5;

    private static final long SMOKE_WINDOW_NS = 10_000_000L;
    private static final long PUBLISHED_NS = 2_000_000_000L;
    private static final int GETS_PER_LOOK = 256;
    private static final int WARM_UPS = 3;

    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;
    private final int rounds;
    private final boolean isSmoke;
    private final long windowNs;
    private final int turns;
    private final PercentileRounds percentiles = new PercentileRounds(CycleCounter.measureCyclesPerNs());

    public LimitsRun(
            BenchCores cores, Path folder, BenchReport report, Progress progress, int rounds, boolean isSmoke) {
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
        this.rounds = rounds;
        this.isSmoke = isSmoke;
        windowNs = isSmoke ? SMOKE_WINDOW_NS : WINDOW_NS;
        turns = isSmoke ? 1 : TURNS;
    }

    public void run() throws IOException, InterruptedException {
        for (LimitScene.Kind kind : LimitScene.Kind.values()) {
            Path appliance = folder.resolve("appliance-" + kind.name().toLowerCase(Locale.ROOT));
            List<String> arguments = new ArrayList<>(ApplianceArguments.spinning(appliance, cores, kind.settings()));
            arguments.addAll(List.of("--set", ApplianceArguments.warmUp(isSmoke)));
            try (RoleProcess server = RoleProcess.start("appliance", arguments)) {
                server.await("ready", START_SECONDS);
                measureOnAThreadOfItsOwn(appliance, kind);
            }
        }
        publish();
    }

    /** Whoever is pinned starts pinned processes, and the next appliance needs the other core. */
    private void measureOnAThreadOfItsOwn(Path appliance, LimitScene.Kind kind)
            throws IOException, InterruptedException {
        FutureTask<Void> task = new FutureTask<>(() -> {
            if (cores.canPin()) {
                ThreadPinning.pin(cores.client());
            }
            try (LimitScene scene = new LimitScene(appliance, kind)) {
                measure(scene);
            }
            return null;
        });
        Thread.ofPlatform().name("client").start(task);
        try {
            task.get();
        } catch (ExecutionException e) {
            throw new IOException(kind + ": " + e.getCause().getMessage(), e.getCause());
        }
    }

    private void measure(LimitScene scene) {
        Gets gets = scene.gets();
        List<Excess> all = scene.excesses();
        for (int i = 0; i < WARM_UPS; i++) {
            for (Excess excess : all) {
                play(gets, scene.neighbour(), excess.served(), new LatencyRecorder("warm-up"));
                play(gets, scene.neighbour(), excess.refused(), new LatencyRecorder("warm-up"));
            }
        }
        for (int round = 1; round <= rounds; round++) {
            progress.round("a neighbour that is silent, served, and asks for too much", round, rounds);
            for (Excess excess : all) {
                measure(excess, gets, scene.neighbour());
            }
        }
    }

    private void measure(Excess excess, Gets gets, Neighbour neighbour) {
        LatencyRecorder silent = new LatencyRecorder("silent");
        LatencyRecorder served = new LatencyRecorder("served");
        LatencyRecorder refused = new LatencyRecorder("refused");
        String name = nameOf(excess.limit());
        long before = excess.proof().getAsLong();
        for (int i = 0; i < turns; i++) {
            play(gets, neighbour, () -> {}, silent);
            beside(excess.guest(), () -> play(gets, neighbour, excess.served(), served));
            beside(excess.stranger(), () -> play(gets, neighbour, excess.refused(), refused));
        }
        requireExceeded(name, excess, before, gets);
        percentiles.add(name + ".silent", silent);
        percentiles.add(name + ".served", served);
        percentiles.add(name + ".refused", refused);
    }

    private static void requireExceeded(String name, Excess excess, long before, Gets gets) {
        long deadlineNs = System.nanoTime() + PUBLISHED_NS;
        while (excess.proof().getAsLong() == before) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException(name + " was never exhausted");
            }
            gets.play(false);
        }
    }

    private void beside(Stranger somebody, Runnable measurement) {
        if (somebody == null) {
            measurement.run();
        } else {
            somebody.comeAndGoDuring(measurement, cores);
        }
    }

    private void play(Gets gets, Neighbour neighbour, Runnable request, LatencyRecorder recorder) {
        long endNs = System.nanoTime() + windowNs / turns;
        while (System.nanoTime() - endNs < 0) {
            for (int i = 0; i < GETS_PER_LOOK; i++) {
                request.run();
                long begin = CycleCounter.read();
                gets.play(false);
                recorder.record(CycleCounter.read() - begin);
            }
        }
        neighbour.drainAll();
    }

    /** What must not be over its target: a key of the report for each limit that a session can get beyond. */
    public static List<String> ratios() {
        return Arrays.stream(Limit.values())
                .filter(limit -> !OUT_OF_REACH.contains(limit))
                .map(limit -> ratio(nameOf(limit), "served"))
                .toList();
    }

    private static String ratio(String limit, String comparedWith) {
        return "ipc.get.p99.9." + limit + ".refused/" + comparedWith;
    }

    /** {@code anonymousPerSession}. */
    private static String nameOf(Limit limit) {
        StringBuilder name = new StringBuilder();
        for (String word : limit.name().toLowerCase(Locale.ROOT).split("_")) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }

    private void publish() {
        percentiles.forEach((subject, values) -> {
            report.add(Result.percentiles(
                    "ipc.get." + subject, values, Gets.ENTRIES + " entries of 16+16 bytes", comparedOn(subject)));
            if (subject.endsWith(".refused")) {
                String limit = subject.substring(0, subject.indexOf('.'));
                addRatio(limit, "served");
                addRatio(limit, "silent");
            }
        });
    }

    private void addRatio(String limit, String comparedWith) {
        report.add(Ratio.of(
                ratio(limit, comparedWith),
                percentiles.of(limit + ".refused", "p99.9"),
                percentiles.of(limit + "." + comparedWith, "p99.9")));
    }

    private static String comparedOn(String subject) {
        return switch (subject.substring(subject.indexOf('.') + 1)) {
            case "silent" -> "a neighbour asks for nothing";
            case "served" -> "a neighbour asks for what it is given";
            default -> "a neighbour asks for more";
        };
    }
}
