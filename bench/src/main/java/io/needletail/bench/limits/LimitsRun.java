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
import io.needletail.client.Session;
import io.needletail.client.SessionException;
import io.needletail.memory.CycleCounter;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.view.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * What a session notices of a neighbour that asks for more than a limit allows. Both are one thread's, so that two threads spin and
 * no more: the neighbour's request goes out, then the measured get, which the shard takes up behind it. In the quiet half of a
 * round the neighbour asks for what it is given.
 */
public final class LimitsRun {
    private static final long START_SECONDS = 60;
    private static final long TIMEOUT_NS = 60_000_000_000L;
    private static final long WINDOW_NS = 500_000_000L;
    private static final long SMOKE_WINDOW_NS = 20_000_000L;
    private static final long CONNECT_INTERVAL_NS = 200_000_000L;
    private static final int GETS_PER_LOOK = 256;

    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;
    private final int rounds;
    private final long windowNs;
    private PercentileRounds percentiles;
    private Path appliance;

    public LimitsRun(
            BenchCores cores, Path folder, BenchReport report, Progress progress, int rounds, boolean isSmoke) {
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
        this.rounds = rounds;
        windowNs = isSmoke ? SMOKE_WINDOW_NS : WINDOW_NS;
    }

    /** One limit: what the neighbour does, and what it must have been told. */
    private record Excess(String limit, int status, Runnable request) {}

    public void run() throws IOException, InterruptedException {
        appliance = folder.resolve("appliance-limits");
        List<String> arguments = ApplianceArguments.spinning(
                appliance,
                cores,
                "keyed-slots=8192",
                "slab-bytes=1m",
                "anonymous-per-session=4",
                "session-limit=2",
                "slow-reader-timeout=60s",
                "liveness-timeout=60s");
        percentiles = new PercentileRounds(CycleCounter.measureCyclesPerNs());
        try (RoleProcess server = RoleProcess.start("appliance", arguments)) {
            server.await("ready", START_SECONDS);
            try (Session session = Session.connect(appliance, TIMEOUT_NS);
                    Session other = Session.connect(appliance, TIMEOUT_NS)) {
                if (cores.canPin()) {
                    ThreadPinning.pin(cores.client());
                }
                measure(new Gets(session), new Neighbour(other));
            }
        }
        publish();
    }

    private void measure(Gets gets, Neighbour neighbour) {
        gets.fill();
        neighbour.fill();
        List<Excess> all = List.of(
                new Excess("keys", Status.SLOTS_FULL, neighbour::putOneKeyTooMany),
                new Excess("slab", Status.SLAB_FULL, neighbour::putWithoutABlock),
                new Excess("anonymous", Status.ANONYMOUS_LIMIT, neighbour::allocateOneTooMany),
                new Excess("scans", Status.SCANNER_BUSY, neighbour::scanOneTooMany),
                new Excess("inFlight", Status.OK, neighbour::keepTheWindowFull),
                new Excess("unread", Status.OK, neighbour::readNothing));
        for (Excess excess : all) { // warm-up
            window(gets, neighbour, neighbour::get);
            window(gets, neighbour, excess.request());
        }
        for (int round = 1; round <= rounds; round++) {
            progress.round("a neighbour that is served, and one that asks for too much", round, rounds);
            for (Excess excess : all) {
                percentiles.add(excess.limit() + ".served", window(gets, neighbour, neighbour::get));
                neighbour.take(excess.status());
                percentiles.add(excess.limit() + ".refused", window(gets, neighbour, excess.request()));
                if (neighbour.take(excess.status()) == 0) {
                    throw new IllegalStateException(excess.limit() + " was never exhausted");
                }
            }
            percentiles.add("sessions.served", window(gets, neighbour, neighbour::get));
            percentiles.add("sessions.refused", windowOfRefusedConnects(gets, neighbour));
        }
    }

    private LatencyRecorder window(Gets gets, Neighbour neighbour, Runnable request) {
        LatencyRecorder recorder = new LatencyRecorder("window");
        long endNs = System.nanoTime() + windowNs;
        while (System.nanoTime() - endNs < 0) {
            for (int i = 0; i < GETS_PER_LOOK; i++) {
                request.run();
                long begin = CycleCounter.read();
                gets.play(false);
                recorder.record(CycleCounter.read() - begin);
            }
        }
        neighbour.drainAll();
        return recorder;
    }

    /** Somebody tries to connect, five times a second, and is refused. */
    private LatencyRecorder windowOfRefusedConnects(Gets gets, Neighbour neighbour) {
        AtomicBoolean done = new AtomicBoolean();
        Thread stranger = Thread.ofPlatform().name("stranger").start(() -> connectUntil(done));
        try {
            return window(gets, neighbour, neighbour::get);
        } finally {
            done.set(true);
            join(stranger);
        }
    }

    private void connectUntil(AtomicBoolean done) {
        if (cores.canPin()) {
            ThreadPinning.pin(cores.client());
        }
        while (!done.get()) {
            try {
                Session.connect(appliance, TIMEOUT_NS).close();
                throw new IllegalStateException("sessions were never exhausted");
            } catch (SessionException e) {
                LockSupport.parkNanos(CONNECT_INTERVAL_NS);
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish() {
        percentiles.forEach((subject, values) -> {
            report.add(Result.percentiles(
                    "ipc.get." + subject, values, Gets.ENTRIES + " entries of 16+16 bytes", comparedOn(subject)));
            if (subject.endsWith(".refused")) {
                String limit = subject.substring(0, subject.indexOf('.'));
                report.add(Ratio.of(
                        "ipc.get.p99.9." + limit + ".refused/served",
                        percentiles.of(subject, "p99.9"),
                        percentiles.of(limit + ".served", "p99.9")));
            }
        });
    }

    private static String comparedOn(String subject) {
        return subject.endsWith(".served") ? "a neighbour asks for what it is given" : "a neighbour asks for more";
    }
}
