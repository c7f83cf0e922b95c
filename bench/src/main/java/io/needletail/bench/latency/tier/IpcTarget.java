package io.needletail.bench.latency.tier;

import io.needletail.bench.data.Questions;
import io.needletail.bench.data.SessionFill;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.nio.file.Path;

/** The IPC tier: requests through a session, as many in flight as the appliance lets it have. */
public final class IpcTarget implements Target, ResultHandler {
    private static final long TIMEOUT_NS = 30_000_000_000L;
    private static final int POLL_LIMIT = 16;

    private final Session session;
    private final long[] handles;
    private final Value value = new Value(16);
    private Completions completions;
    /** What a correlation id is ahead of its sequence: ids are consecutive too. */
    private long idOffset;

    public IpcTarget(Path appliance, int entries) {
        session = Session.connect(appliance, TIMEOUT_NS);
        handles = SessionFill.insertAll(session, new Questions(entries));
        value.resize(16);
    }

    @Override
    public boolean send(long sequence, int place, boolean write) {
        long id;
        if (write) {
            value.setInline(sequence, sequence, 16);
            id = session.put(handles[place], value);
        } else {
            id = session.get(handles[place]);
        }
        if (id > 0) {
            idOffset = id - sequence;
            return true;
        }
        if (id == Session.CLOSED) {
            throw new IllegalStateException("the session ended: " + session.closeText());
        }
        return false;
    }

    @Override
    public void poll() {
        if (session.poll(this, POLL_LIMIT) == Session.CLOSED) {
            throw new IllegalStateException("the session ended: " + session.closeText());
        }
    }

    @Override
    public void onResult(long correlationId, int status, Entry entry) {
        if (status != Status.OK) {
            throw new IllegalStateException("answered " + Status.name(status));
        }
        completions.completed(correlationId - idOffset, false);
    }

    @Override
    public void onCompletion(Completions listener) {
        completions = listener;
    }

    @Override
    public void close() {
        session.close();
    }
}
