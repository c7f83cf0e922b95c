package io.needletail.bench.expiry;

import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;

/** Gets of a hot set that does not end, one in flight, by handle or by key. */
final class Gets implements ResultHandler {
    static final int ENTRIES = 4096;
    private static final long PING_INTERVAL_NS = 100_000_000L;

    private final Session session;
    private final long[] handles = new long[ENTRIES];
    private final Key[] keys = new Key[ENTRIES];
    private int cursor;
    private long answered;
    private int status;
    private long lastHandle;

    Gets(Session session) {
        this.session = session;
    }

    void fill() {
        Value value = new Value(16);
        value.resize(16);
        for (int i = 0; i < ENTRIES; i++) {
            keys[i] = new Key("hot-entry-" + (100_000 + i));
            long id = session.put(keys[i], value);
            while (id == Session.BACK_PRESSURED) {
                pollOnce();
                id = session.put(keys[i], value);
            }
            await(id);
            handles[i] = lastHandle;
        }
    }

    void play(boolean byKey) {
        cursor = (cursor + 1667) & (ENTRIES - 1); // odd, so every entry comes once around
        long id = ask(byKey);
        while (id == Session.BACK_PRESSURED) {
            pollOnce();
            id = ask(byKey);
        }
        await(id);
    }

    private long ask(boolean byKey) {
        return byKey ? session.get(keys[cursor]) : session.get(handles[cursor]);
    }

    /** Waits, and lets the appliance know that this client lives. */
    void awaitWithSignsOfLife(long untilNs) {
        long nextPingNs = System.nanoTime();
        while (System.nanoTime() - untilNs < 0) {
            if (System.nanoTime() - nextPingNs >= 0) {
                nextPingNs += PING_INTERVAL_NS;
                long id = session.ping();
                while (id == Session.BACK_PRESSURED) {
                    pollOnce();
                    id = session.ping();
                }
                await(id);
            }
            Thread.onSpinWait();
        }
    }

    private void await(long id) {
        if (id <= 0) {
            throw new IllegalStateException("not sent: code=" + id);
        }
        while (answered != id) {
            pollOnce();
        }
        if (status != Status.OK) {
            throw new IllegalStateException("answered " + Status.name(status));
        }
    }

    private void pollOnce() {
        if (session.poll(this, 1) == Session.CLOSED) {
            throw new IllegalStateException("the session ended: " + session.closeText());
        }
    }

    @Override
    public void onResult(long correlationId, int resultStatus, Entry entry) {
        answered = correlationId;
        status = resultStatus;
        lastHandle = entry.handle();
    }
}
