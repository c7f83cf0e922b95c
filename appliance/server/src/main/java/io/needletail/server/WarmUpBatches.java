package io.needletail.server;

import io.needletail.client.Session;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;

/**
 * The part of a round of the {@link WarmUpClient} that comes by the message: put, read in every way, and taken away again. In
 * every other round one value is longer than a slot holds, and one handle stale.
 */
final class WarmUpBatches {
    static final int STEPS = 5;
    private static final int LENGTH = 8;
    private static final int BY_HANDLE = 2;

    private final Key[] keys = new Key[LENGTH];
    private final Value value = new Value(16);
    private final Value longValue = new Value(64);
    private final Batch byKey = new Batch(64);
    private final Batch byHandle = new Batch(64);
    private final Group deletes = new Group(16);
    private final long[] handles = new long[LENGTH];
    private int length;
    private boolean isMixed;

    WarmUpBatches() {
        for (int i = 0; i < LENGTH; i++) {
            keys[i] = new Key("warm-up-" + i);
        }
        value.resize(16);
        longValue.resize(64);
    }

    /** Sends what a step asks, 0 to {@value #STEPS} - 1. */
    long send(Session session, int step, int round) {
        length = Math.min(LENGTH, session.limits().maxBatchLength());
        isMixed = (round & 1) != 0;
        return switch (step) {
            case 0 -> session.put(withValues());
            case 1 -> session.get(withKeys());
            case BY_HANDLE -> session.get(withHandles());
            case 3 -> session.resolve(withKeys(), false);
            default -> session.apply(deleting());
        };
    }

    /** What an entry of a step is answered. */
    int expected(int step, int index) {
        return step == BY_HANDLE && isMixed && index == 0 ? Status.STALE_HANDLE : Status.OK;
    }

    void onEntry(int step, int index, Entry entry) {
        if (step == 0) {
            handles[index] = entry.handle();
        }
    }

    private Batch withValues() {
        byKey.clear();
        for (int i = 0; i < length; i++) {
            byKey.add(keys[i], isMixed && i == length - 1 ? longValue : value);
        }
        return byKey;
    }

    private Batch withKeys() {
        byKey.clear();
        for (int i = 0; i < length; i++) {
            byKey.add(keys[i]);
        }
        return byKey;
    }

    private Batch withHandles() {
        byHandle.clear();
        for (int i = 0; i < length; i++) {
            byHandle.add(isMixed && i == 0 ? handles[i] + (1L << 32) : handles[i]); // of the next generation
        }
        return byHandle;
    }

    private Group deleting() {
        deletes.clear();
        for (int i = 0; i < length; i++) {
            deletes.delete(handles[i], Group.ANY_VERSION);
        }
        return deletes;
    }
}
