package io.needletail.bench.micro;

import java.util.concurrent.ConcurrentHashMap;

/** {@link ConcurrentHashMapGet} with larger values. */
public class ConcurrentHashMapLargeGet extends LargeGet {
    private ConcurrentHashMap<Words, long[]> map;
    private long[] keys;

    @Override
    void prepare() {
        map = new ConcurrentHashMap<>(entries);
        for (int i = 0; i < entries; i++) {
            map.put(key(i), large(i));
        }
        keys = questions.keysInOrder();
    }

    @Override
    long operation() {
        int at = 2 * next();
        return fold(map.get(new Words(keys[at], keys[at + 1])));
    }
}
