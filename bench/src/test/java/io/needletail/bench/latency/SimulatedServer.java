package io.needletail.bench.latency;

import io.needletail.bench.latency.tier.Target;

/**
 * A server and a clock without a machine: each request takes a fixed time, one after the other, and from time to time the
 * server pauses. Every look at the clock moves it one tick.
 */
final class SimulatedServer implements Target, Ticker {
    private final long serviceTicks;
    private final long pauseEvery;
    private final long pauseTicks;
    private final int window;
    private final long[] doneAt = new long[1 << 16];
    private long now;
    private long sent;
    private long answered;
    private long freeAt;
    private Completions completions;

    SimulatedServer(long serviceTicks, long pauseEvery, long pauseTicks, int window) {
        this.serviceTicks = serviceTicks;
        this.pauseEvery = pauseEvery;
        this.pauseTicks = pauseTicks;
        this.window = window;
    }

    @Override
    public long now() {
        return ++now;
    }

    @Override
    public boolean send(long sequence, int entry, boolean write) {
        if (sent - answered == window) {
            return false;
        }
        long begin = awake(Math.max(now, freeAt));
        freeAt = begin + serviceTicks;
        doneAt[(int) (sent++ & (doneAt.length - 1))] = freeAt;
        return true;
    }

    /** The first moment from {@code time} on that lies in no pause. */
    private long awake(long time) {
        if (pauseEvery == 0) {
            return time;
        }
        long into = time % pauseEvery;
        long pauseBegins = pauseEvery - pauseTicks;
        return into >= pauseBegins ? time + pauseEvery - into : time;
    }

    @Override
    public void poll() {
        while (answered < sent && doneAt[(int) (answered & (doneAt.length - 1))] <= now) {
            completions.completed(answered++, false);
        }
    }

    @Override
    public void onCompletion(Completions listener) {
        completions = listener;
        sent = 0;
        answered = 0;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
