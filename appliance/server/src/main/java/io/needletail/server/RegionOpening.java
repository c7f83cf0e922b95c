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
    private final FutureTask<List<RegionStore>> work;
    private final Thread thread;
    private boolean isTaken;

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

    /** The regions, which are the caller's from here on. */
    List<RegionStore> await() throws IOException {
        try {
            List<RegionStore> regions = work.get();
            isTaken = true;
            return regions;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException runtime -> throw runtime;
                case Error error -> throw error;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while opening the regions", e);
        }
    }

    /** Waits for its thread; what it opened and nobody took is closed. */
    @Override
    public void close() throws IOException {
        boolean interrupted = Thread.interrupted();
        if (!isTaken) {
            try {
                for (RegionStore region : work.get()) {
                    region.close();
                }
            } catch (ExecutionException | InterruptedException e) {
                interrupted |= e instanceof InterruptedException; // a failure has been told, and has closed its own
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
