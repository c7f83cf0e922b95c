package io.needletail.bench.data;

import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;

/** Puts the questions' entries into an appliance over a session, many in flight, and keeps the handles. */
public final class SessionFill implements ResultHandler {
    private static final int POLL_LIMIT = 64;

    private final long[] handles;
    private int answered;

    private SessionFill(int entries) {
        handles = new long[entries];
    }

    /** The handles by entry. Answers come in the order of the requests, which is what numbers them here. */
    public static long[] insertAll(Session session, Questions questions) {
        return insertAll(session, questions, 16);
    }

    /** The same with values of so many bytes, zero behind the first sixteen. */
    public static long[] insertAll(Session session, Questions questions, int valueLength) {
        SessionFill fill = new SessionFill(questions.entries());
        Key key = new Key();
        Value value = new Value(valueLength);
        value.resize(valueLength);
        int sent = 0;
        while (fill.answered < questions.entries()) {
            if (sent < questions.entries()) {
                key.setInline(questions.key0(sent), questions.key1(sent), 16);
                value.putLong(0, questions.value0(sent));
                value.putLong(Long.BYTES, questions.value1(sent));
                sent += session.put(key, value) > 0 ? 1 : 0;
            }
            if (session.poll(fill, POLL_LIMIT) == Session.CLOSED) {
                throw new IllegalStateException("the session ended: " + session.closeText());
            }
        }
        return fill.handles;
    }

    @Override
    public void onResult(long correlationId, int status, Entry entry) {
        if (status != Status.OK) {
            throw new IllegalStateException("entry=" + answered + " status=" + Status.name(status));
        }
        handles[answered++] = entry.handle();
    }
}
