package io.needletail.bench.durability;

import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Puts at level SYNCED over a session, so many under way at a time; between two looks for answers it sleeps. */
final class SyncedClient implements ResultHandler {
    /** Shorter ones would take the core from those who force. */
    private static final long PAUSE_NS = 20_000;

    private static final int KEYS = 4_096;
    private static final long HIGHEST_NS = 10_000_000_000L;

    private final Session session;
    private final Key key = new Key();
    private final Value value = new Value(16);
    private final long[] sentNs = new long[1 << 16];
    private Histogram latencies;
    private long answered;
    private int next;

    SyncedClient(Session session) {
        this.session = session;
        session.level(Level.SYNCED);
    }

    /** @return how many were acknowledged in a second; {@code into} has what each took */
    double puts(int underWay, long ns, Histogram into) {
        latencies = into;
        answered = 0;
        long began = System.nanoTime();
        while (System.nanoTime() - began < ns) {
            while (session.inFlight() < underWay && send()) {
                Thread.onSpinWait();
            }
            await();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        long counted = answered;
        while (session.inFlight() > 0) {
            await();
        }
        return counted / seconds;
    }

    private boolean send() {
        next = (next + 1) & (KEYS - 1);
        key.clear();
        key.append("synced:").append((long) next);
        value.setInline(next, ~next, 16);
        long nowNs = System.nanoTime();
        long id = session.put(key, value);
        if (id > 0) {
            sentNs[(int) id & (sentNs.length - 1)] = nowNs;
        }
        return id > 0;
    }

    private void await() {
        int polled = session.poll(this, 64);
        if (polled == Session.CLOSED) {
            throw new IllegalStateException("the session ended: " + session.closeText());
        }
        if (polled == 0) {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    @Override
    public void onResult(long id, int status, Entry entry) {
        if (status != Status.OK || entry.level() != Level.SYNCED) {
            throw new IllegalStateException(Status.name(status) + " level=" + entry.level());
        }
        latencies.recordValue(Math.min(HIGHEST_NS, System.nanoTime() - sentNs[(int) id & (sentNs.length - 1)]));
        answered++;
    }

    static Histogram histogram() {
        return new Histogram(HIGHEST_NS, 3);
    }
}
