package io.needletail.client;

import io.needletail.registry.view.MonotonicClock;

/** The machine's clock and its pause instruction. */
public final class SystemClock implements MonotonicClock {
    public static final SystemClock INSTANCE = new SystemClock();

    private SystemClock() {}

    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    @Override
    public void pause() {
        Thread.onSpinWait();
    }
}
