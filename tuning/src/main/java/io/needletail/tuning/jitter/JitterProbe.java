package io.needletail.tuning.jitter;

import io.needletail.memory.CycleCounter;
import io.needletail.memory.ThreadPinning;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/** Spins one pinned thread on each core, all at once, and notes whenever the core was taken away from it. */
public final class JitterProbe {
    /** Longer gaps are noted as this long. */
    private static final long HIGHEST_NS = 100_000_000_000L;

    private static final int WARM_UPS = 400;
    private static final long WARM_UP_NS = 500_000;

    private final long thresholdNs;
    private final double cyclesPerNs = CycleCounter.measureCyclesPerNs();

    /** @param thresholdNs what counts as a gap; below about 100 ns the probe sees its own loop */
    public JitterProbe(long thresholdNs) {
        this.thresholdNs = thresholdNs;
    }

    public List<CoreJitter> run(List<Integer> cpus, double seconds) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(cpus.size());
        try (ExecutorService threads = Executors.newFixedThreadPool(cpus.size())) {
            List<Future<CoreJitter>> running = new ArrayList<>();
            for (int cpu : cpus) {
                running.add(threads.submit(() -> watch(cpu, (long) (seconds * 1e9), ready)));
            }
            List<CoreJitter> results = new ArrayList<>();
            for (Future<CoreJitter> core : running) {
                results.add(core.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
    }

    private CoreJitter watch(int cpu, long ns, CountDownLatch ready) throws InterruptedException {
        ThreadPinning.pin(cpu);
        for (int i = 0; i < WARM_UPS; i++) {
            spin(cpu, WARM_UP_NS);
        }
        ready.countDown();
        ready.await();
        return spin(cpu, ns);
    }

    private CoreJitter spin(int cpu, long ns) {
        Histogram gaps = new Histogram(HIGHEST_NS, 3);
        long threshold = Math.round(thresholdNs * cyclesPerNs);
        long begin = CycleCounter.read();
        long end = begin + Math.round(ns * cyclesPerNs);
        long total = 0;
        long last = begin;
        while (last < end) {
            long now = CycleCounter.read();
            if (now - last > threshold) {
                total += now - last;
                gaps.recordValue(Math.min(HIGHEST_NS, Math.round((now - last) / cyclesPerNs)));
                now = CycleCounter.read(); // what the noting took is no gap of the core
            }
            last = now;
        }
        return new CoreJitter(
                cpu, thresholdNs, cyclesPerNs, Math.round((last - begin) / cyclesPerNs), gaps, total / cyclesPerNs);
    }
}
