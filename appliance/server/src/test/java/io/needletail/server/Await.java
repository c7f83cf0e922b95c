package io.needletail.server;

import java.util.function.BooleanSupplier;

/** Waits for something to become true by looking, yielding between looks. */
public final class Await {
    private Await() {}

    public static void until(String what, long timeoutMs, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("not within " + timeoutMs + " ms: " + what);
            }
            Thread.yield();
        }
    }
}
