package io.needletail.bench.micro;

import org.agrona.collections.Object2ObjectHashMap;

/** {@link AgronaGet} with larger values. */
public class AgronaLargeGet extends LargeGet {
    private Object2ObjectHashMap<ProbeKey, long[]> map;
    private long[] keys;
    private final ProbeKey key = new ProbeKey();

    @Override
    void prepare() {
        map = new Object2ObjectHashMap<>(entries, AgronaGet.LOAD_FACTOR);
        for (int i = 0; i < entries; i++) {
            map.put(new ProbeKey().set(questions.key0(i), questions.key1(i)), large(i));
        }
        keys = questions.keysInOrder();
    }

    @Override
    long operation() {
        int at = 2 * next();
        return fold(map.get(key.set(keys[at], keys[at + 1])));
    }
}
