package io.needletail.bench.ipc;

import io.needletail.bench.data.Conversation;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Value;
import java.util.SplittableRandom;

/** The entries that round trips ask for: put over a session, their handles in random order, walked round and round. */
final class FilledEntries {
    static final int COUNT = 4096;

    private final long[] handles = new long[COUNT];
    /** Two words and a length a key: ready, so that asking by key does not pay for making one. */
    private final long[] keyWords = new long[2 * COUNT];

    private final int[] keyLengths = new int[COUNT];
    private final Key asked = new Key();
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
            entries.keyWords[2 * i] = key.word0();
            entries.keyWords[2 * i + 1] = key.word1();
            entries.keyLengths[i] = key.length();
            entries.handles[i] = conversation.put(key, value);
        }
        entries.shuffle(random);
        return entries;
    }

    /** The key of an entry, in another order: it is reused. */
    Key nextKey() {
        int at = (cursor * 1_663) & (COUNT - 1);
        asked.setInline(keyWords[2 * at], keyWords[2 * at + 1], keyLengths[at]);
        cursor = (cursor + 1) & (COUNT - 1);
        return asked;
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
