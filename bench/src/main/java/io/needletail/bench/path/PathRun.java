package io.needletail.bench.path;

import io.needletail.bench.ipc.EchoProtocol;
import io.needletail.bench.ipc.IpcPlan;
import io.needletail.bench.ipc.IpcRun;
import io.needletail.bench.ipc.IpcScores;
import io.needletail.bench.micro.MicroPlan;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import io.needletail.bench.stats.Rounds;
import io.needletail.memory.CoreRally;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code bench path}: where the nanoseconds of a round trip go, by round trips that do a little more each: a cache line,
 * Aeron's echo, a ping, a get by handle, a get by key. And what the length of Aeron's terms and the cadence of its driver do to
 * the echo.
 */
public final class PathRun {
    private static final String TWO_LINES = "echo.twoLines";
    private static final String BATCH_LINES = "cacheline.batch16";
    private static final String BATCH_ECHO = "echo.batch16";
    private static final String BATCH = "ipc.batch16";
    private static final String PING = "ipc.ping";
    private static final String GET = "ipc.get";
    private static final String BY_KEY = "ipc.getByKey";
    private static final int[] TERMS_KIB = {64, 256, 1_024, 16_384};
    private static final int[] TURNS_KIB = {1, 8, 24, 31};

    private final IpcPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;
    private final Map<String, IpcRun.Starter> others = new LinkedHashMap<>();

    public PathRun(IpcPlan plan, BenchCores cores, Path folder, BenchReport report, Progress progress) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
        others.put(TWO_LINES, run -> run.startEchoVariant(TWO_LINES, "answer=" + EchoProtocol.LONG_ANSWER_LENGTH));
        others.put(PING, run -> run.startVariant(PING, plan.roundTrips(), "ask=ping"));
        others.put(GET, run -> run.startVariant(GET, plan.roundTrips(), "ask=get"));
        others.put(BY_KEY, run -> run.startVariant(BY_KEY, plan.roundTrips(), "ask=key"));
        putBatch();
        for (int kib : some(TERMS_KIB)) {
            others.put(term(kib), run -> run.startEchoVariant(term(kib), "term=" + (kib << 10)));
        }
        if (cores.driverInServer()) { // elsewhere the driver has a core of its own
            for (int kib : some(TURNS_KIB)) {
                others.put(turn(kib), run -> run.startEchoVariant(turn(kib), "turn=" + (kib << 10)));
            }
        }
    }

    /** Sixteen gets in a message, and what the same bytes take alone. */
    private void putBatch() {
        int request = EchoProtocol.BATCH_LENGTH;
        int answer = EchoProtocol.BATCH_ANSWER_LENGTH;
        if (CoreRally.isAvailable() && cores.canPin()) {
            others.put(
                    BATCH_LINES,
                    run -> run.linesRally(BATCH_LINES, EchoProtocol.lines(request), EchoProtocol.lines(answer)));
        }
        others.put(BATCH_ECHO, run -> run.startEchoVariant(BATCH_ECHO, "request=" + request, "answer=" + answer));
        others.put(BATCH, run -> run.startVariant(BATCH, plan.roundTrips(), "batch=16"));
    }

    /** All, or the first when this is only for show: each is two JVMs. */
    private int[] some(int[] all) {
        return plan.warms() ? all : Arrays.copyOf(all, 1);
    }

    private static String term(int kib) {
        return "echo.term" + kib + "K";
    }

    private static String turn(int kib) {
        return "echo.turnEvery" + kib + "K";
    }

    /** The round trips, then the shard's own part of them taken apart. */
    public void run(MicroPlan stages) throws IOException, InterruptedException {
        run();
        SessionSteps.run(stages, cores, folder, report, progress);
    }

    private void run() throws IOException, InterruptedException {
        List<String> subjects = new ArrayList<>(List.of(IpcRun.CACHE_LINE, IpcRun.ECHO));
        subjects.addAll(others.keySet());
        try (IpcRun run = new IpcRun(plan, cores, folder)) {
            IpcScores scores = run.with(others).run(subjects, round -> progress.round("path", round, plan.rounds()));
            for (String subject : subjects) {
                if (scores.has(subject)) {
                    report.add(Result.percentiles(
                            subject, scores.percentiles(subject), "one message under way", describe(subject)));
                }
            }
            addSteps(scores);
            for (String subject : others.keySet()) {
                if (subject.startsWith("echo.")) {
                    addRatio(scores, subject, IpcRun.ECHO, "p50");
                    addRatio(scores, subject, IpcRun.ECHO, "p99");
                }
            }
        }
    }

    private void addSteps(IpcScores scores) {
        if (scores.has(IpcRun.CACHE_LINE)) {
            addStep(scores, IpcRun.ECHO, IpcRun.CACHE_LINE, "Aeron: claim, publish, poll, both ways");
        }
        addStep(scores, PING, IpcRun.ECHO, "copy of the frame, validation, dispatch, encoding and decoding of headers");
        addStep(scores, GET, PING, "the entry: epoch, resolving the handle, its value encoded and decoded");
        addStep(scores, BY_KEY, GET, "the key: encoded, hashed, found, compared");
        if (scores.has(BATCH_LINES)) {
            addRatio(scores, BATCH_LINES, IpcRun.CACHE_LINE, "p50");
            addStep(scores, BATCH_ECHO, BATCH_LINES, "Aeron, with the lengths of sixteen gets in a message");
        }
        addStep(
                scores,
                BATCH,
                BATCH_ECHO,
                "sixteen entries: encoded, copied, resolved, their values encoded and decoded");
        addRatio(scores, BATCH, GET, "p50");
    }

    private void addStep(IpcScores scores, String subject, String before, String what) {
        addRatio(scores, subject, before, "p50");
        double added = Rounds.median(scores.rounds(subject, "p50")) - Rounds.median(scores.rounds(before, "p50"));
        report.add(Ratio.figure(subject + ".p50-" + before + ".p50", added));
        report.note(String.format(Locale.ROOT, "%-14s %+7.0f ns  %s", subject, added, what));
    }

    private void addRatio(IpcScores scores, String first, String second, String percentile) {
        report.add(Ratio.of(
                first + "." + percentile + "/" + second + "." + percentile,
                scores.rounds(first, percentile),
                scores.rounds(second, percentile)));
    }

    private static String describe(String subject) {
        if (subject.equals(BATCH_LINES) || subject.equals(BATCH_ECHO)) {
            return "the bytes of sixteen gets in a message and of their answer, all written and read";
        }
        if (subject.equals(TWO_LINES)) {
            return "the echo with answers of two cache lines";
        }
        return subject.startsWith("echo.term")
                ? "the echo with terms of another length"
                : subject.startsWith("echo.turn")
                        ? "the echo whose thread turns the driver after so many bytes; half a term is the limit's window"
                        : "each with everything of the one before";
    }
}
