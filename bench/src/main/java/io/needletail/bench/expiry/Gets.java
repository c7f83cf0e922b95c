package io.needletail.bench.expiry;

import io.needletail.bench.data.Conversation;
import io.needletail.client.Session;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Value;

/** Gets of a hot set that does not end, one in flight, by handle or by key. */
public final class Gets {
    public static final int ENTRIES = 4096;
    private static final long PING_INTERVAL_NS = 100_000_000L;

    private final Conversation conversation;
    private final long[] handles = new long[ENTRIES];
    private final Key[] keys = new Key[ENTRIES];
    private int cursor;

    public Gets(Session session) {
        conversation = new Conversation(session);
    }

    public void fill() {
        Value value = new Value(16);
        value.resize(16);
        for (int i = 0; i < ENTRIES; i++) {
            keys[i] = new Key("hot-entry-" + (100_000 + i));
            handles[i] = conversation.put(keys[i], value);
        }
    }

    public void play(boolean byKey) {
        cursor = (cursor + 1667) & (ENTRIES - 1); // odd, so every entry comes once around
        if (byKey) {
            conversation.get(keys[cursor]);
        } else {
            conversation.get(handles[cursor]);
        }
    }

    /** Waits, and lets the appliance know that this client lives. */
    public void awaitWithSignsOfLife(long untilNs) {
        long nextPingNs = System.nanoTime();
        while (System.nanoTime() - untilNs < 0) {
            if (System.nanoTime() - nextPingNs >= 0) {
                nextPingNs += PING_INTERVAL_NS;
                conversation.ping();
            }
            Thread.onSpinWait();
        }
    }
}
