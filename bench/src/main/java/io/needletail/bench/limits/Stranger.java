package io.needletail.bench.limits;

import io.needletail.bench.process.BenchCores;
import io.needletail.memory.ThreadPinning;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Somebody who comes again and again and asks for more than there is, on a thread of its own that rests in between.
 *
 * @param begin takes whatever there is of it
 * @param attempt asks for more
 * @param end gives it back
 */
record Stranger(Runnable begin, Runnable attempt, Runnable end) {
    private static final long INTERVAL_NS = 20_000_000L;

    static Stranger who(Runnable attempt) {
        return new Stranger(() -> {}, attempt, () -> {});
    }

    /** Runs {@code measurement} while the stranger comes and goes; only returns when the stranger has left. */
    void comeAndGoDuring(Runnable measurement, BenchCores cores) {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().name("stranger").start(() -> {
            try {
                run(begun, done, cores);
            } catch (RuntimeException e) {
                failure.set(e);
                begun.countDown();
            }
        });
        await(begun);
        try {
            measurement.run();
        } finally {
            done.set(true);
            LockSupport.unpark(thread);
            join(thread);
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private void run(CountDownLatch begun, AtomicBoolean done, BenchCores cores) {
        if (cores.canPin()) {
            ThreadPinning.pin(cores.client()); // beside the one that measures, not in the shard's way
        }
        try {
            begin.run();
            begun.countDown();
            do {
                attempt.run();
                LockSupport.parkNanos(INTERVAL_NS);
            } while (!done.get());
        } finally {
            end.run();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
