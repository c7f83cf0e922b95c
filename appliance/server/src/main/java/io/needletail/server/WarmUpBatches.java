package io.needletail.server;

import io.needletail.client.Session;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Value;

/** The part of a round of the {@link WarmUpClient} that comes by the message: put, read in every way, and taken away again. */
final class WarmUpBatches {
    static final int STEPS = 5;
    private static final int LENGTH = 8;

    private final Key[] keys = new Key[LENGTH];
    private final Value value = new Value(16);
    private final Batch byKey = new Batch(16);
    private final Batch byHandle = new Batch(16);
    private final Group deletes = new Group(16);
    private final long[] handles = new long[LENGTH];

    WarmUpBatches() {
        for (int i = 0; i < LENGTH; i++) {
            keys[i] = new Key("warm-up-" + i);
        }
        value.resize(16);
    }

    /** Sends what a step asks, 0 to {@value #STEPS} - 1; all are answered with OK throughout. */
    long send(Session session, int step) {
        int length = Math.min(LENGTH, session.limits().maxBatchLength());
        return switch (step) {
            case 0 -> session.put(withValues(length));
            case 1 -> session.get(withKeys(length));
            case 2 -> session.get(withHandles(length));
            case 3 -> session.resolve(withKeys(length), false);
            default -> session.apply(deleting(length));
        };
    }

    void onEntry(int index, Entry entry) {
        handles[index] = entry.handle();
    }

    private Batch withValues(int length) {
        byKey.clear();
        for (int i = 0; i < length; i++) {
            byKey.add(keys[i], value);
        }
        return byKey;
    }

    private Batch withKeys(int length) {
        byKey.clear();
        for (int i = 0; i < length; i++) {
            byKey.add(keys[i]);
        }
        return byKey;
    }

    private Batch withHandles(int length) {
        byHandle.clear();
        for (int i = 0; i < length; i++) {
            byHandle.add(handles[i]);
        }
        return byHandle;
    }

    private Group deleting(int length) {
        deletes.clear();
        for (int i = 0; i < length; i++) {
            deletes.delete(handles[i], Group.ANY_VERSION);
        }
        return deletes;
    }
}
