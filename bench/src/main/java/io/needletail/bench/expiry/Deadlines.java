package io.needletail.bench.expiry;

import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;

/** Puts a large set of entries whose deadlines lie evenly in one span of time, many requests in flight. */
final class Deadlines implements ResultHandler {
    private static final int POLL_LIMIT = 64;

    private final Session session;
    private final int entries;
    private int answered;

    Deadlines(Session session, int entries) {
        this.session = session;
        this.entries = entries;
    }

    /**
     * Fills.
     *
     * @return when the first deadline comes, on {@link System#nanoTime()}
     */
    long fill(long fromNowNs, long spanNs) {
        Key key = new Key();
        Value value = new Value(16);
        value.resize(16);
        long dueNs = System.nanoTime() + fromNowNs;
        int sent = 0;
        answered = 0;
        while (answered < entries) {
            if (sent < entries) {
                key.clear();
                key.append("ends:").append((long) sent);
                long ttlNs = dueNs + spanNs * sent / entries - System.nanoTime();
                if (ttlNs <= 0) {
                    throw new IllegalStateException(
                            "filling took longer than the first deadline; ask for fewer entries");
                }
                sent += session.putFor(key, ttlNs, value) > 0 ? 1 : 0;
            }
            if (session.poll(this, POLL_LIMIT) == Session.CLOSED) {
                throw new IllegalStateException("the session ended: " + session.closeText());
            }
        }
        return dueNs;
    }

    @Override
    public void onResult(long correlationId, int status, Entry entry) {
        if (status != Status.OK) {
            throw new IllegalStateException("put answered " + Status.name(status));
        }
        answered++;
    }
}
