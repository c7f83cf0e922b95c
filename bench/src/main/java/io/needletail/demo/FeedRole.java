package io.needletail.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.CompileWatch;
import io.needletail.bench.process.Coordinator;
import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.client.BlockingSession;
import io.needletail.client.Session;
import io.needletail.memory.CycleCounter;
import io.needletail.memory.ThreadPinning;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The feed handler's process: warms up, waits for go, replays, writes what it measured and what was acknowledged. */
final class FeedRole {
    static final String RESULT_FILE = "feed.json";
    static final String ACKNOWLEDGED_FILE = "feed.acknowledged";
    private static final long TIMEOUT_NS = 10_000_000_000L;
    private static final int WARM_UP_ROWS = 5_000;
    private static final long WARM_UP_SEED = 11;

    private final Path applianceFolder;
    private final Path runFolder;
    private final Tape tape;
    private final int core;
    private final int window;
    private final double speed;
    private final boolean cold;
    private final String topOfBookFile;

    FeedRole(Map<String, String> settings) throws IOException {
        applianceFolder = Path.of(settings.get("dir"));
        runFolder = Path.of(settings.get("run"));
        core = Integer.parseInt(settings.get("core"));
        window = Integer.parseInt(settings.get("window"));
        speed = Double.parseDouble(settings.get("speed"));
        cold = Boolean.parseBoolean(settings.get("cold"));
        topOfBookFile = settings.get("bbo");
        String lobster = settings.get("lobster");
        tape = lobster == null ? DemoInput.generated() : TapeReader.read(Path.of(lobster));
    }

    void run() throws IOException {
        double cyclesPerNs = CycleCounter.measureCyclesPerNs();
        try (Session session = Session.connect(applianceFolder, TIMEOUT_NS);
                BufferedWriter lines = openLines()) {
            if (core >= 0) {
                ThreadPinning.pin(core); // after connecting, so that Aeron's own threads are not pinned with it
            }
            if (!cold) {
                warmUp(session);
            }
            FeedHandler feed = new FeedHandler(session, tape, window, lines == null ? null : sinkTo(lines));
            Coordinator.say("warm");
            Coordinator.await("go", feed::idle);
            long beginNs = System.nanoTime();
            feed.replay(speed > 0 ? Pace.speed(speed, cyclesPerNs) : Pace.none());
            long elapsedNs = System.nanoTime() - beginNs;
            write(feed, elapsedNs, cyclesPerNs);
        }
        Coordinator.say("done");
    }

    /** Generated flow under other keys, paced and not, with reads and without, until the code is compiled. */
    private void warmUp(Session session) {
        BlockingSession blocking = new BlockingSession(session, TIMEOUT_NS);
        int[] round = {0};
        CompileWatch.runUntilCompiled(() -> {
            Tape warm = TapeGenerator.generate("~WARM", WARM_UP_ROWS, WARM_UP_SEED + round[0]++);
            boolean reads = topOfBookFile != null || round[0] % 4 == 0;
            FeedHandler feed = new FeedHandler(session, warm, window, reads ? (bid, ask) -> {} : null);
            feed.replay(speed > 0 ? Pace.speed(1e9, 1) : Pace.none());
            feed.removeAll(blocking);
        });
    }

    private BufferedWriter openLines() throws IOException {
        return topOfBookFile == null ? null : Files.newBufferedWriter(Path.of(topOfBookFile));
    }

    private static FeedHandler.TopOfBookSink sinkTo(BufferedWriter lines) {
        return (bid, ask) -> {
            try {
                lines.write(Long.toString(bid));
                lines.write(',');
                lines.write(Long.toString(ask));
                lines.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private void write(FeedHandler feed, long elapsedNs, double cyclesPerNs) throws IOException {
        Map<String, Object> latencies = new LinkedHashMap<>();
        for (LatencyRecorder latency : feed.latencies()) {
            if (!latency.isEmpty()) {
                latencies.put(latency.operation(), latency.summary(cyclesPerNs));
            }
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("pid", ProcessHandle.current().pid());
        result.put("core", core);
        result.put("events", tape.rows());
        result.put("ignored", feed.ignored());
        result.put("unknown", feed.unknown());
        result.put("refused", feed.refusals());
        result.put("seconds", elapsedNs / 1e9);
        result.put("latencyNs", latencies);
        new ObjectMapper().writeValue(runFolder.resolve(RESULT_FILE).toFile(), result);
        feed.acknowledged().write(runFolder.resolve(ACKNOWLEDGED_FILE));
        LatencyRecorder.writeLog(runFolder.resolve("feed.hlog"), feed.latencies(), cyclesPerNs);
    }
}
