package io.needletail.bench.sharing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.Coordinator;
import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.client.ColocatedReader;
import io.needletail.memory.CycleCounter;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The process that maps the region read-only: {@code read HANDLE FRESH MS} answers with what gets took. */
public final class SharingReaderRole {
    static final String RESULT = "read ";
    /** Gets that are timed together: the mean of a few nanoseconds each is below the counter's step. */
    private static final int TOGETHER = 64;

    private final ColocatedReader reader;
    private final Entry entry = new Entry(16);
    private final double cyclesPerNs = CycleCounter.measureCyclesPerNs();
    private final long counterCost = LatencyRecorder.counterCost();

    private SharingReaderRole(ColocatedReader reader) {
        this.reader = reader;
    }

    public static void run(Map<String, String> settings) throws IOException {
        int core = Integer.parseInt(settings.get("core"));
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        try (ColocatedReader reader = ColocatedReader.open(Path.of(settings.get("region")))) {
            SharingReaderRole role = new SharingReaderRole(reader);
            Coordinator.say("ready");
            for (String word = Coordinator.next(() -> {}); !word.equals("stop"); word = Coordinator.next(() -> {})) {
                String[] parts = word.split(" ");
                Map<String, Object> answer =
                        role.read(Long.parseLong(parts[1]), Boolean.parseBoolean(parts[2]), Long.parseLong(parts[3]));
                Coordinator.say(RESULT + new ObjectMapper().writeValueAsString(answer));
            }
            Coordinator.say("done");
        }
    }

    private Map<String, Object> read(long handle, boolean fresh, long ms) {
        long retriesBefore = reader.retries();
        LatencyRecorder each = new LatencyRecorder("get");
        long gets = fresh ? readFresh(handle, ms, each) : readEach(handle, ms / 2, each);
        double retries = (double) (reader.retries() - retriesBefore) / Math.max(1, gets);
        Map<String, Object> answer = new LinkedHashMap<>();
        if (!fresh) {
            answer.put("mean", meanTogether(handle, ms / 2));
        }
        answer.put("count", gets);
        answer.put("retriesAGet", retries);
        answer.putAll(percentiles(each));
        return answer;
    }

    private Map<String, Object> percentiles(LatencyRecorder each) {
        Map<String, Object> percentiles = new LinkedHashMap<>(each.summaryNs(cyclesPerNs));
        percentiles.remove("mean");
        percentiles.remove("count");
        return percentiles;
    }

    private long readEach(long handle, long ms, LatencyRecorder each) {
        long endNs = System.nanoTime() + ms * 1_000_000;
        long gets = 0;
        while (System.nanoTime() < endNs) {
            for (int i = 0; i < TOGETHER; i++) {
                each.record(timed(handle));
                gets++;
            }
        }
        return gets;
    }

    /** Looks over and over, and counts the looks that found something new. */
    private long readFresh(long handle, long ms, LatencyRecorder each) {
        long endNs = System.nanoTime() + ms * 1_000_000;
        long seen = 0;
        long gets = 0;
        while (System.nanoTime() < endNs) {
            for (int i = 0; i < TOGETHER; i++) {
                long cycles = timed(handle);
                if (entry.version() != seen) {
                    seen = entry.version();
                    each.record(cycles);
                }
                gets++;
            }
        }
        return gets;
    }

    private long timed(long handle) {
        long began = CycleCounter.read();
        int status = reader.get(handle, entry);
        long cycles = CycleCounter.read() - began - counterCost;
        check(status);
        return cycles;
    }

    private double meanTogether(long handle, long ms) {
        long beganNs = System.nanoTime();
        long nowNs = beganNs;
        long gets = 0;
        while (nowNs - beganNs < ms * 1_000_000) {
            for (int i = 0; i < TOGETHER; i++) {
                check(reader.get(handle, entry));
            }
            gets += TOGETHER;
            nowNs = System.nanoTime();
        }
        return (double) (nowNs - beganNs) / gets;
    }

    private static void check(int status) {
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
    }
}
