package io.needletail.bench.ipc;

import io.needletail.bench.data.Conversation;
import io.needletail.client.Session;
import io.needletail.client.SessionAddress;

/** The product: one get by handle through a session, one answer; over {@value FilledEntries#COUNT} entries in random order. */
final class SessionRoundTrip implements RoundTrip {
    static final long TIMEOUT_NS = 60_000_000_000L;

    private final Conversation conversation;
    private final FilledEntries entries;

    private SessionRoundTrip(Session session, int valueLength) {
        conversation = new Conversation(session);
        entries = FilledEntries.put(conversation, valueLength);
    }

    static SessionRoundTrip connect(SessionAddress appliance, int valueLength) {
        return new SessionRoundTrip(Session.connect(appliance, TIMEOUT_NS), valueLength);
    }

    @Override
    public void play() {
        conversation.get(entries.next());
    }

    @Override
    public void close() {
        conversation.close();
    }
}
