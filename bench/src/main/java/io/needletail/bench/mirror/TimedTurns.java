package io.needletail.bench.mirror;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.Coordinator;
import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.memory.CycleCounter;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one operation after the other takes on this thread, and what it takes of the heap, told to the coordinator. */
final class TimedTurns {
    /** Followed by JSON. */
    static final String RESULT = "result ";

    private static final int OPERATIONS_A_LOOK = 64;
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final double cyclesPerNs = CycleCounter.measureCyclesPerNs();
    private final long counterCost = LatencyRecorder.counterCost();

    /** Again and again for a while. */
    LatencyRecorder timed(String subject, long ns, Runnable operation) {
        LatencyRecorder recorder = new LatencyRecorder(subject);
        long end = CycleCounter.read() + (long) (ns * cyclesPerNs);
        while (CycleCounter.read() < end) {
            for (int i = 0; i < OPERATIONS_A_LOOK; i++) {
                long begin = CycleCounter.read();
                operation.run();
                recorder.record(CycleCounter.read() - begin - counterCost);
            }
        }
        return recorder;
    }

    double cyclesPerNs() {
        return cyclesPerNs;
    }

    static long allocatedBytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** What a recorder itself takes: each is made where time is taken. */
    private static long recorderBytes() {
        long before = allocatedBytes();
        LatencyRecorder recorder = new LatencyRecorder("none");
        long taken = allocatedBytes() - before;
        return recorder.isEmpty() ? taken : 0;
    }

    /** @param allocated bytes of heap since before the recorder was made, by this thread */
    void say(LatencyRecorder recorder, long allocated) throws JsonProcessingException {
        Map<String, Object> result = new LinkedHashMap<>(recorder.summaryNs(cyclesPerNs));
        result.put("allocated", Math.max(0, allocated - recorderBytes()));
        Coordinator.say(RESULT + new ObjectMapper().writeValueAsString(result));
    }
}
