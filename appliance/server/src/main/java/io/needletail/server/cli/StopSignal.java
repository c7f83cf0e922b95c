package io.needletail.server.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/**
 * Lets SIGTERM and SIGINT end the appliance as its own decision would: the JVM's shutdown waits for the main thread to stop
 * everything, and the process ends with the main thread's exit code instead of the signal's.
 */
public final class StopSignal {
    private static final int UNDECIDED = -1;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile int exitCode = UNDECIDED;
    private volatile boolean stdinHasEnded;

    public StopSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::onShutdown, "stop-signal"));
    }

    private void onShutdown() {
        asked.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (exitCode != UNDECIDED) {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    /** Asks for the end from within. */
    public void ask() {
        asked.countDown();
    }

    /** Asks for the end when standard input ends, as it does when the process that holds its other side is gone. */
    public void askWhenStdinEnds() {
        Thread watcher = new Thread(
                () -> {
                    try {
                        System.in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        stdinHasEnded = true; // an input that cannot be read has ended too
                    }
                    stdinHasEnded = true;
                    ask();
                },
                "stdin");
        watcher.setDaemon(true);
        watcher.start();
    }

    /** Whether somebody has asked. */
    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Whether it was the end of standard input that asked, or would have. */
    public boolean hasStdinEnded() {
        return stdinHasEnded;
    }

    /** Waits until somebody asks. */
    public void await() {
        try {
            asked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is stopped; a shutdown that waits goes on and ends with this code. */
    public int stopped(int code) {
        exitCode = code;
        stopped.countDown();
        return code;
    }

    /** Nothing was started; a shutdown ends with whatever code it was called with. */
    public void abandon() {
        stopped.countDown();
    }
}
