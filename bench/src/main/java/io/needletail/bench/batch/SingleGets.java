package io.needletail.bench.batch;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;

/** One after the other, as an application without batches would. */
final class SingleGets implements BatchedGets {
    private final ShardEngine engine;
    private final boolean byKey;
    private final long[] handles;
    private final long[] keys;
    private final int mask;
    private final Key key = new Key();
    private final Entry entry = new Entry(16);
    private int cursor;

    SingleGets(Asked asked, boolean byKey) {
        engine = asked.engine();
        this.byKey = byKey;
        handles = asked.handles();
        keys = asked.keys();
        mask = asked.mask();
    }

    @Override
    public long some() {
        return byKey ? byKey() : byHandle();
    }

    private long byHandle() {
        long sum = 0;
        for (int i = 0; i < SOME; i++) {
            sum += taken(engine.get(handles[cursor++ & mask], entry));
        }
        return sum;
    }

    private long byKey() {
        long sum = 0;
        for (int i = 0; i < SOME; i++) {
            int at = 2 * (cursor++ & mask);
            key.setInline(keys[at], keys[at + 1], 16);
            sum += taken(engine.get(key, entry));
        }
        return sum;
    }

    private long taken(int status) {
        if (status != Status.OK) {
            throw new IllegalStateException("answered " + Status.name(status));
        }
        return entry.value().word0();
    }
}
