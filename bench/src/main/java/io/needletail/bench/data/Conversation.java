package io.needletail.bench.data;

import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.util.function.LongSupplier;

/** One session with one request under way, from a client that wants the floor: no pause, no clock while it waits. */
public final class Conversation implements ResultHandler {
    private final Session session;
    private long answered;
    private int status;
    private long handle;

    public Conversation(Session session) {
        this.session = session;
    }

    /** The entry's handle. */
    public long put(Key key, Value value) {
        send(() -> session.put(key, value));
        return handle;
    }

    public void ping() {
        send(session::ping);
    }

    private void send(LongSupplier request) {
        long id = request.getAsLong();
        while (id == Session.BACK_PRESSURED) {
            pollOnce();
            id = request.getAsLong();
        }
        await(id);
    }

    public void get(long of) {
        long id = session.get(of);
        while (id == Session.BACK_PRESSURED) {
            pollOnce();
            id = session.get(of);
        }
        await(id);
    }

    public void get(Key key) {
        long id = session.get(key);
        while (id == Session.BACK_PRESSURED) {
            pollOnce();
            id = session.get(key);
        }
        await(id);
    }

    private void await(long id) {
        if (id <= 0) {
            throw new IllegalStateException("not sent: code=" + id + " " + session.closeText());
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
    public void onResult(long correlationId, int result, Entry entry) {
        answered = correlationId;
        status = result;
        handle = entry.handle();
    }

    public void close() {
        session.close();
    }
}
