package io.needletail.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.CompileWatch;
import io.needletail.bench.process.Coordinator;
import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.client.BlockingSession;
import io.needletail.client.ColocatedReader;
import io.needletail.memory.CycleCounter;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The strategy's process: learns the handle of the top of book over a session, closes it, maps the region read-only and
 * reads by handle until it is told to stop, and at least {@value #MIN_READS} times.
 */
final class StrategyRole {
    static final String RESULT_FILE = "strategy.json";
    static final String RUNS_FILE = "strategy.runs";
    static final long MIN_READS = 100_000;
    private static final long TIMEOUT_NS = 10_000_000_000L;
    private static final int BURST = 512;
    /** On a shared core: 512 reads are about 20 us, so the feed handler keeps nine tenths of it. */
    private static final long PAUSE_NS = 200_000;

    private final Path applianceFolder;
    private final Path runFolder;
    private final String symbol;
    private final int core;
    private final boolean shares;
    private final boolean cold;
    private final Entry entry = new Entry(FeedHandler.TOP_OF_BOOK_LENGTH);
    private long counterCost;

    StrategyRole(Map<String, String> settings) {
        applianceFolder = Path.of(settings.get("dir"));
        runFolder = Path.of(settings.get("run"));
        symbol = settings.get("symbol");
        core = Integer.parseInt(settings.get("core"));
        cold = Boolean.parseBoolean(settings.get("cold"));
        shares = Boolean.parseBoolean(settings.get("shares"));
    }

    void run() throws IOException {
        double cyclesPerNs = CycleCounter.measureCyclesPerNs();
        counterCost = LatencyRecorder.counterCost();
        String region;
        long handle;
        long warmHandle;
        try (BlockingSession session = BlockingSession.connect(applianceFolder, TIMEOUT_NS)) {
            region = session.limits().regionPath();
            warmHandle = resolve(session, "~WARM:strategy");
            handle = resolve(session, symbol + ":bbo");
        }
        try (ColocatedReader reader = ColocatedReader.open(Path.of(region))) {
            if (core >= 0) {
                ThreadPinning.pin(core);
            }
            if (!cold) {
                warmUp(reader, warmHandle);
            }
            Coordinator.say("warm");
            Coordinator.await("go", () -> {});
            Coordinator.say("reading");
            TopOfBookReads reads = new TopOfBookReads();
            LatencyRecorder latency = new LatencyRecorder("read");
            readUntilStopped(reader, handle, reads, latency);
            reads.endRun();
            write(reads, latency, reader.retries(), mappingOf(region), cyclesPerNs);
        }
        Coordinator.say("done");
    }

    private long resolve(BlockingSession session, String key) {
        int status = session.resolve(new Key(key), true, entry);
        if (status != Status.OK) {
            throw new IllegalStateException("resolve " + key + " answered " + Status.name(status));
        }
        return entry.handle();
    }

    private void warmUp(ColocatedReader reader, long handle) {
        CompileWatch.runUntilCompiled(() -> {
            TopOfBookReads scratch = new TopOfBookReads();
            LatencyRecorder latency = new LatencyRecorder("warm");
            for (int i = 0; i < 200; i++) {
                burst(reader, handle, scratch, latency);
            }
        });
    }

    private void readUntilStopped(ColocatedReader reader, long handle, TopOfBookReads reads, LatencyRecorder latency) {
        while (!Coordinator.isTold() || reads.count() < MIN_READS) {
            burst(reader, handle, reads, latency);
            if (shares) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        Coordinator.await("stop", () -> {});
    }

    private void burst(ColocatedReader reader, long handle, TopOfBookReads reads, LatencyRecorder latency) {
        for (int i = 0; i < BURST; i++) {
            long began = CycleCounter.read();
            int status = reader.get(handle, entry);
            long ended = CycleCounter.read();
            latency.record(ended - began - counterCost);
            reads.add(began, status, entry);
        }
    }

    /** How the kernel says the region is mapped, as {@code r--s}. */
    private static String mappingOf(String region) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            if (line.endsWith(region)) {
                return line.split(" ", 3)[1];
            }
        }
        return "none";
    }

    private void write(TopOfBookReads reads, LatencyRecorder latency, long retries, String mapping, double cyclesPerNs)
            throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("pid", ProcessHandle.current().pid());
        result.put("core", core);
        result.put("count", reads.count());
        result.put("torn", reads.torn());
        result.put("backwards", reads.backwards());
        result.put("retries", retries);
        result.put("mapping", mapping);
        result.put("counterCostNs", counterCost / cyclesPerNs);
        result.put("latencyNs", latency.summary(cyclesPerNs));
        new ObjectMapper().writeValue(runFolder.resolve(RESULT_FILE).toFile(), result);
        reads.runs().write(runFolder.resolve(RUNS_FILE));
        LatencyRecorder.writeLog(runFolder.resolve("strategy.hlog"), List.of(latency), cyclesPerNs);
    }
}
