package io.needletail.bench.ipc;

import io.needletail.bench.data.Conversation;
import io.needletail.client.Session;
import io.needletail.client.SessionAddress;

/**
 * The product: one get by handle (or by key, or a ping) through a session, one answer; over {@value FilledEntries#COUNT}
 * entries in random order.
 */
final class SessionRoundTrip implements RoundTrip {
    static final long TIMEOUT_NS = 60_000_000_000L;

    static final String GET = "get";
    /** A request that touches no entry. */
    static final String PING = "ping";

    static final String BY_KEY = "key";

    private final Conversation conversation;
    private final FilledEntries entries;
    private final String ask;

    private SessionRoundTrip(Session session, int valueLength, String ask) {
        this.ask = ask;
        conversation = new Conversation(session);
        entries = FilledEntries.put(conversation, valueLength);
    }

    static SessionRoundTrip connect(SessionAddress appliance, int valueLength, String ask) {
        return new SessionRoundTrip(Session.connect(appliance, TIMEOUT_NS), valueLength, ask);
    }

    @Override
    public void play() {
        switch (ask) {
            case GET -> conversation.get(entries.next());
            case BY_KEY -> conversation.get(entries.nextKey());
            default -> conversation.ping();
        }
    }

    @Override
    public void close() {
        conversation.close();
    }
}
