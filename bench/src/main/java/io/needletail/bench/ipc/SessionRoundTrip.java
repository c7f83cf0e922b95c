package io.needletail.bench.ipc;

import io.needletail.bench.data.Conversation;
import io.needletail.client.Session;
import io.needletail.client.SessionAddress;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Value;
import java.util.SplittableRandom;

/** The product: one get by handle through a session, one answer; over {@value #ENTRIES} entries in random order. */
final class SessionRoundTrip implements RoundTrip {
    private static final long TIMEOUT_NS = 60_000_000_000L;
    private static final int ENTRIES = 4096;

    private final Conversation conversation;
    private final long[] handles = new long[ENTRIES];
    private int cursor;

    private SessionRoundTrip(Session session) {
        conversation = new Conversation(session);
    }

    static SessionRoundTrip connect(SessionAddress appliance) {
        SessionRoundTrip trip = new SessionRoundTrip(Session.connect(appliance, TIMEOUT_NS));
        trip.fill();
        return trip;
    }

    private void fill() {
        Key key = new Key();
        Value value = new Value(16);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < ENTRIES; i++) {
            key.clear();
            key.append("entry:").append((long) i);
            value.setInline(random.nextLong(), random.nextLong(), 16);
            handles[i] = conversation.put(key, value);
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
        conversation.get(handle);
    }

    @Override
    public void close() {
        conversation.close();
    }
}
