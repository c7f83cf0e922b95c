package io.needletail.bench.ipc;

import io.needletail.bench.data.Conversation;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Value;
import java.util.SplittableRandom;

/** The entries that round trips ask for: put over a session, their handles in random order, walked round and round. */
final class FilledEntries {
    static final int COUNT = 4096;

    private final long[] handles = new long[COUNT];
    private final Key key = new Key();
    private int cursor;

    private FilledEntries() {}

    static FilledEntries put(Conversation conversation, int valueLength) {
        FilledEntries entries = new FilledEntries();
        SplittableRandom random = new SplittableRandom(1);
        Key key = new Key();
        Value value = new Value(valueLength);
        value.resize(valueLength);
        for (int i = 0; i < COUNT; i++) {
            key.clear();
            key.append("entry:").append((long) i);
            for (int at = 0; at + Long.BYTES <= valueLength; at += Long.BYTES) {
                value.putLong(at, random.nextLong());
            }
            entries.handles[i] = conversation.put(key, value);
        }
        entries.shuffle(random);
        return entries;
    }

    /** The key of an entry, in another order: it is reused. */
    Key nextKey() {
        key.clear();
        key.append("entry:").append((long) ((cursor * 1_663) & (COUNT - 1)));
        cursor = (cursor + 1) & (COUNT - 1);
        return key;
    }

    private void shuffle(SplittableRandom random) {
        for (int i = COUNT - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            long swapped = handles[i];
            handles[i] = handles[j];
            handles[j] = swapped;
        }
    }

    long next() {
        long handle = handles[cursor];
        cursor = (cursor + 1) & (COUNT - 1);
        return handle;
    }
}
