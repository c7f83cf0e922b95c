package io.needletail.bench.ipc;

import io.needletail.bench.data.Conversation;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.client.SessionAddress;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;

/**
 * The product: several gets by handle in one message and their answers in another. With a window of one a play is a round trip;
 * with more it returns when so many messages are under way again as there were, so that the shard always has the next one: then
 * what counts is the mean, the time that the shard takes for a message.
 */
final class BatchRoundTrip implements RoundTrip, ResultHandler {
    private final Session session;
    private final FilledEntries entries;
    private final Batch batch;
    private final int length;
    private final int window;
    private int underWay;
    private long sum;

    private BatchRoundTrip(Session session, int value, int length, int window) {
        this.session = session;
        this.length = length;
        this.window = window;
        batch = new Batch(value);
        entries = FilledEntries.put(new Conversation(session), value);
    }

    static BatchRoundTrip connect(SessionAddress appliance, int value, int length, int window) {
        return new BatchRoundTrip(Session.connect(appliance, SessionRoundTrip.TIMEOUT_NS), value, length, window);
    }

    @Override
    public void play() {
        batch.clear();
        for (int i = 0; i < length; i++) {
            batch.add(entries.next());
        }
        while (session.get(batch) <= 0) {
            poll(); // no room, or as many under way as may be
        }
        underWay++;
        while (underWay >= window) {
            poll();
        }
    }

    private void poll() {
        if (session.poll(this, 1) == Session.CLOSED) {
            throw new IllegalStateException("the session ended: " + session.closeText());
        }
    }

    @Override
    public void onResult(long correlationId, int status, Entry entry) {
        throw new IllegalStateException("a batch was answered as a single get: " + Status.name(status));
    }

    @Override
    public void onBatchEntry(long correlationId, int index, int status, Entry entry) {
        if (status != Status.OK) {
            throw new IllegalStateException("answered " + Status.name(status));
        }
        sum += entry.value().word0();
    }

    @Override
    public void onBatchEnd(long correlationId, int status) {
        underWay--;
    }

    @Override
    public void close() {
        while (underWay > 0) {
            poll();
        }
        session.close();
        if (sum == 0) {
            throw new IllegalStateException("no value was read");
        }
    }
}
