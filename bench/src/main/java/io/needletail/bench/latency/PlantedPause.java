package io.needletail.bench.latency;

import io.needletail.bench.process.ProcessSignal;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** A planted fault: the other side's process is stopped and goes on, again and again. */
final class PlantedPause implements AutoCloseable {
    private final Thread thread;
    private volatile boolean stopped;

    PlantedPause(long pid, long everyNs, long pauseNs) {
        thread = new Thread(() -> play(pid, everyNs, pauseNs), "planted-pause");
        thread.setDaemon(true);
        thread.start();
    }

    private void play(long pid, long everyNs, long pauseNs) {
        try {
            while (!stopped) {
                LockSupport.parkNanos(everyNs - pauseNs);
                ProcessSignal.STOP.send(pid);
                LockSupport.parkNanos(pauseNs);
                ProcessSignal.CONT.send(pid);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot plant a pause", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
