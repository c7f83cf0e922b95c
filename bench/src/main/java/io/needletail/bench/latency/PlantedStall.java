package io.needletail.bench.latency;

import io.needletail.memory.ThreadPinning;
import java.util.concurrent.locks.LockSupport;

/** A planted fault: a thread on the measured core that wakes every so often and burns some time, as a stray daemon would. */
public final class PlantedStall implements AutoCloseable {
    private final Thread thread;
    private volatile boolean stopped;

    public PlantedStall(int core, long everyNs, long burnNs) {
        thread = new Thread(() -> burn(core, everyNs, burnNs), "planted-stall");
        thread.setDaemon(true);
        thread.start();
    }

    private void burn(int core, long everyNs, long burnNs) {
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        long nextNs = System.nanoTime();
        while (!stopped) {
            nextNs += everyNs;
            LockSupport.parkNanos(nextNs - System.nanoTime());
            long until = System.nanoTime() + burnNs;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
