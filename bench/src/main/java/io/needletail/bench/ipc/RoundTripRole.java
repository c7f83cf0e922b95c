package io.needletail.bench.ipc;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.CompileWatch;
import io.needletail.bench.process.Coordinator;
import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.memory.CycleCounter;
import io.needletail.memory.ThreadPinning;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A client that plays round trips, one at a time, when the coordinator says so: {@code measure N} plays N and answers with a
 * line of JSON. The same loop for the product and for the floor, each in a JVM of its own with a profile of its own.
 */
public final class RoundTripRole {
    private static final int WARM_ROUND = 20_000;
    /** Compiled, though not for long: enough to see that an operation takes no heap. */
    private static final int TOUCH_ROUND = 100_000;
    /** Nor longer than this, when round trips are slow. */
    private static final long LONGEST_ROUND_NS = 200_000_000;

    static final String RESULT = "round ";

    private final RoundTrip roundTrip;
    private final String name;
    private final double cyclesPerNs = CycleCounter.measureCyclesPerNs();
    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    public RoundTripRole(String name, RoundTrip roundTrip) {
        this.name = name;
        this.roundTrip = roundTrip;
    }

    /** Plays until it is told to stop. */
    public void run(int core) throws java.io.IOException {
        if (core >= 0) {
            ThreadPinning.pin(core); // after connecting, so that Aeron's own threads are not pinned with it
        }
        long cost = LatencyRecorder.counterCost();
        Coordinator.say("connected");
        String word = Coordinator.next(() -> {});
        while (!word.equals("stop")) {
            if (word.equals("warm")) {
                CompileWatch.runUntilCompiled(() -> touch(WARM_ROUND, cost));
                Coordinator.say("warm");
            } else if (word.equals("touch")) {
                touch(TOUCH_ROUND, cost);
                Coordinator.say("warm");
            } else {
                measure(Integer.parseInt(word.substring("measure ".length())), cost);
            }
            word = Coordinator.next(() -> {});
        }
        roundTrip.close();
        Coordinator.say("done");
    }

    private void measure(int count, long cost) throws java.io.IOException {
        LatencyRecorder latency = new LatencyRecorder(name);
        long allocated = threads.getCurrentThreadAllocatedBytes();
        play(count, cost, latency);
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
        Map<String, Object> result = new LinkedHashMap<>(latency.summaryNs(cyclesPerNs));
        result.put("allocatedPerOperation", (double) allocated / count);
        result.put("counterCostNs", cost / cyclesPerNs);
        Coordinator.say(RESULT + new ObjectMapper().writeValueAsString(result));
    }

    private void touch(int most, long cost) {
        LatencyRecorder unused = new LatencyRecorder(name);
        long deadlineNs = System.nanoTime() + LONGEST_ROUND_NS;
        for (int played = 0; played < most && System.nanoTime() - deadlineNs < 0; played += 1_000) {
            play(1_000, cost, unused);
        }
    }

    private void play(int count, long cost, LatencyRecorder latency) {
        for (int i = 0; i < count; i++) {
            long begin = CycleCounter.read();
            roundTrip.play();
            latency.record(CycleCounter.read() - begin - cost);
        }
    }
}
