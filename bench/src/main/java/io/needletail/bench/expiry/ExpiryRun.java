package io.needletail.bench.expiry;

import io.needletail.bench.process.ApplianceArguments;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.bench.stats.PercentileRounds;
import io.needletail.client.Session;
import io.needletail.memory.CycleCounter;
import io.needletail.memory.ThreadPinning;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.status.CountersReader;

/**
 * What a great many deadlines in one second do to the tail of a get: rounds of a quiet second and a second in which every entry of
 * a large set ends, the same gets by handle in both, one in flight. Beside them a quiet second of gets by key.
 */
public final class ExpiryRun {
    private static final long START_SECONDS = 120;
    private static final long TIMEOUT_NS = 60_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;
    /** Filling takes a second or two; all deadlines lie behind it. */
    private static final long FILL_NS = 6 * SECOND_NS;

    /** A round is repeated when the medians before and after it are further apart. */
    private static final double STEADY = 1.5;

    private static final int MAX_TRIES = 4;

    private static final long SMOKE_FILL_NS = SECOND_NS / 2;
    private static final long SMOKE_WINDOW_NS = SECOND_NS / 10;

    private static final String QUIET = "ipc.get";
    private static final String EXPIRING = "ipc.get.expiring";
    private static final String BY_KEY = "ipc.getByKey";

    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;
    private final int rounds;
    private final int entries;
    private final boolean isSmoke;
    private PercentileRounds percentiles;
    private final long fillNs;
    private final long windowNs;

    public ExpiryRun(
            BenchCores cores,
            Path folder,
            BenchReport report,
            Progress progress,
            int rounds,
            int entries,
            boolean isSmoke) {
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
        this.rounds = rounds;
        this.entries = entries;
        this.isSmoke = isSmoke;
        fillNs = isSmoke ? SMOKE_FILL_NS : FILL_NS;
        windowNs = isSmoke ? SMOKE_WINDOW_NS : SECOND_NS;
    }

    public void run() throws IOException, InterruptedException {
        Path appliance = folder.resolve("appliance-expiry");
        List<String> arguments = ApplianceArguments.spinning(
                appliance,
                cores,
                "keyed-slots=" + (entries + 65_536L),
                "liveness-timeout=60s",
                ApplianceArguments.warmUp(isSmoke));
        percentiles = new PercentileRounds(CycleCounter.measureCyclesPerNs());
        try (RoleProcess server = RoleProcess.start("appliance", arguments)) {
            server.await("ready", START_SECONDS);
            if (cores.canPin()) {
                ThreadPinning.pin(cores.client());
            }
            try (Session session = Session.connect(appliance, TIMEOUT_NS)) {
                measure(
                        new Gets(session),
                        new Deadlines(session, entries),
                        CountersFile.open(appliance.resolve("counters")));
            }
        }
        percentiles.forEach((subject, values) -> report.add(
                Result.percentiles(subject, values, Gets.ENTRIES + " entries of 16+16 bytes", comparedOn(subject))));
        report.add(Ratio.of(
                "ipc.get.expiring.p99/ipc.get.p99", percentiles.of(EXPIRING, "p99"), percentiles.of(QUIET, "p99")));
        report.add(Ratio.of(
                "ipc.get.expiring.p50/ipc.get.p50", percentiles.of(EXPIRING, "p50"), percentiles.of(QUIET, "p50")));
        report.add(
                Ratio.of("ipc.getByKey.p50/ipc.get.p50", percentiles.of(BY_KEY, "p50"), percentiles.of(QUIET, "p50")));
    }

    private static String comparedOn(String subject) {
        return switch (subject) {
            case EXPIRING -> "the same gets while a million entries end within the second";
            case BY_KEY -> "the same entries asked for by their keys";
            default -> "nothing else is asked";
        };
    }

    private void measure(Gets gets, Deadlines deadlines, CountersReader counters)
            throws IOException, InterruptedException {
        gets.fill();
        window(gets, false, "warm-up");
        window(gets, true, "warm-up");
        long filled = 0;
        long expiredBefore = counters.getCounterValue(Counter.EXPIRATIONS.ordinal());
        for (int round = 1; round <= rounds; round++) {
            progress.round("a quiet second and one of " + entries + " deadlines", round, rounds);
            int tries = 1;
            while (!measureRound(round, tries == MAX_TRIES, gets, deadlines, counters)) {
                tries++;
            }
            filled += tries;
        }
        long expired = counters.getCounterValue(Counter.EXPIRATIONS.ordinal()) - expiredBefore;
        if (expired != filled * entries) {
            throw new IllegalStateException("expired=" + expired + " expected=" + filled * entries);
        }
    }

    /**
     * The quiet second is the one before the first deadline, so that both have the same entries behind them. One more behind the
     * last deadline says whether the host stayed the same: virtual cores are moved, and their clocks read slowly for seconds.
     *
     * @return whether the round counts
     */
    private boolean measureRound(
            int round, boolean isLastTry, Gets gets, Deadlines deadlines, CountersReader counters) {
        LatencyRecorder byKey = window(gets, true, BY_KEY);
        long dueNs = deadlines.fill(fillNs, windowNs);
        gets.awaitWithSignsOfLife(dueNs - windowNs - windowNs / 10);
        LatencyRecorder quiet = window(gets, false, QUIET);
        gets.awaitWithSignsOfLife(dueNs);
        long begun = counters.getCounterValue(Counter.EXPIRATIONS.ordinal());
        LatencyRecorder expiring = window(gets, false, EXPIRING);
        long ended = counters.getCounterValue(Counter.EXPIRATIONS.ordinal()) - begun;
        gets.awaitWithSignsOfLife(System.nanoTime() + windowNs / 2);
        boolean steady = isSteady(quiet, window(gets, false, QUIET));
        report.note("round " + round + ": " + ended + " entries ended in the measured second; longest lag so far "
                + counters.getCounterValue(Counter.MAX_EXPIRY_LAG_NS.ordinal()) / 1_000_000 + " ms"
                + (steady ? "" : "; the host changed its pace" + (isLastTry ? "" : ", not counted")));
        if (!steady && !isLastTry) {
            return false;
        }
        percentiles.add(QUIET, quiet);
        percentiles.add(BY_KEY, byKey);
        percentiles.add(EXPIRING, expiring);
        return true;
    }

    private static boolean isSteady(LatencyRecorder before, LatencyRecorder after) {
        double quotient = (double) after.medianCycles() / before.medianCycles();
        return quotient < STEADY && quotient > 1 / STEADY;
    }

    private LatencyRecorder window(Gets gets, boolean byKey, String subject) {
        LatencyRecorder recorder = new LatencyRecorder(subject);
        long endNs = System.nanoTime() + windowNs;
        while (System.nanoTime() - endNs < 0) {
            for (int i = 0; i < 256; i++) {
                long begin = CycleCounter.read();
                gets.play(byKey);
                recorder.record(CycleCounter.read() - begin);
            }
        }
        return recorder;
    }
}
