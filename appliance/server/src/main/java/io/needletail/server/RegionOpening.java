package io.needletail.server;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Opens or makes the regions on a thread of its own: that waits for memory, while the rest of a start loads classes and waits
 * for the media driver.
 */
final class RegionOpening implements AutoCloseable {
    private static final long TURN_MS = 50;

    private final FutureTask<List<RegionStore>> work;
    private final Thread thread;
    /** Whether {@link #await} handed over the regions, or said why there are none. */
    private boolean isTold;

    private RegionOpening(Callable<List<RegionStore>> regions) {
        work = new FutureTask<>(regions);
        thread = new Thread(work, "regions");
    }

    /** What it is given closes what it opened before it throws. */
    static RegionOpening begin(Callable<List<RegionStore>> regions) {
        RegionOpening opening = new RegionOpening(regions);
        opening.thread.start();
        return opening;
    }

    /**
     * The regions, which are the caller's from here on.
     *
     * @param meanwhile what a caller owes others every now and then, however long this takes
     */
    List<RegionStore> await(Runnable meanwhile) throws IOException {
        try {
            while (!isDoneWithin(TURN_MS)) {
                meanwhile.run();
            }
            List<RegionStore> regions = work.get();
            isTold = true;
            return regions;
        } catch (ExecutionException e) {
            isTold = true;
            throw told(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while opening the regions", e);
        }
    }

    private boolean isDoneWithin(long ms) throws InterruptedException {
        thread.join(ms);
        return !thread.isAlive();
    }

    /**
     * Waits for its thread; what it opened and nobody took is closed.
     *
     * @throws IOException also when it failed, and whoever waited for something else was not told
     */
    @Override
    public void close() throws IOException {
        awaitThread();
        if (isTold) {
            return;
        }
        isTold = true;
        switch (work.state()) {
            case SUCCESS -> closeAll(work.resultNow());
            case FAILED -> throw new IOException("opening the regions: " + work.exceptionNow(), work.exceptionNow());
            default -> throw new IOException("opening the regions: " + work.state());
        }
    }

    /** An interrupt does not end it, or the regions would stay open; it is kept for the caller. */
    private void awaitThread() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeAll(List<RegionStore> regions) throws IOException {
        IOException failure = null;
        for (RegionStore region : regions) {
            try {
                region.close();
            } catch (IOException | RuntimeException e) {
                failure = failure == null ? new IOException("closing a region: " + e, e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static IOException told(Throwable failure) {
        switch (failure) {
            case IOException io -> {
                return io;
            }
            case RuntimeException runtime -> throw runtime;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure);
        }
    }
}
