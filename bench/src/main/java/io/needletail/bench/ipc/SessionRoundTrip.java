package io.needletail.bench.ipc;

import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.client.SessionAddress;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.util.SplittableRandom;

/** The product: one get by handle through a session, one answer; over {@value #ENTRIES} entries in random order. */
final class SessionRoundTrip implements RoundTrip, ResultHandler {
    private static final long TIMEOUT_NS = 60_000_000_000L;
    private static final int ENTRIES = 4096;

    private final Session session;
    private final long[] handles = new long[ENTRIES];
    private final Value value = new Value(16);
    private int cursor;
    private long answered;
    private int status;
    private long lastHandle;

    private SessionRoundTrip(Session session) {
        this.session = session;
    }

    static SessionRoundTrip connect(SessionAddress appliance) {
        SessionRoundTrip trip = new SessionRoundTrip(Session.connect(appliance, TIMEOUT_NS));
        trip.fill();
        return trip;
    }

    private void fill() {
        Key key = new Key();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < ENTRIES; i++) {
            key.clear();
            key.append("entry:").append((long) i);
            value.setInline(random.nextLong(), random.nextLong(), 16);
            long id = session.put(key, value);
            while (id == Session.BACK_PRESSURED) {
                pollOnce();
                id = session.put(key, value);
            }
            await(id);
            handles[i] = lastHandle;
        }
        for (int i = ENTRIES - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            long swapped = handles[i];
            handles[i] = handles[j];
            handles[j] = swapped;
        }
    }

    @Override
    public void play() {
        long handle = handles[cursor];
        cursor = (cursor + 1) & (ENTRIES - 1);
        long id = session.get(handle);
        while (id == Session.BACK_PRESSURED) {
            pollOnce();
            id = session.get(handle);
        }
        await(id);
    }

    /** The innermost wait of a client that wants the floor: no pause, no clock. */
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

    @Override
    public void close() {
        session.close();
    }
}
