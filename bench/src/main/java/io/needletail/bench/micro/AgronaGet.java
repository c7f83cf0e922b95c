package io.needletail.bench.micro;

import org.agrona.collections.Object2ObjectHashMap;

/** Peer: Agrona's open-addressing map with a 16-byte key object, asked with one that is filled again. */
public class AgronaGet extends Subject {
    static final float LOAD_FACTOR = 0.55f;

    private Object2ObjectHashMap<ProbeKey, Words> map;
    private long[] keys;
    private final ProbeKey key = new ProbeKey();

    /** For the report. */
    public static String describe() {
        return "Agrona Object2ObjectHashMap: load factor " + LOAD_FACTOR
                + ", key objects of two longs, asked with one that is filled again";
    }

    @Override
    void prepare() {
        map = new Object2ObjectHashMap<>(entries, LOAD_FACTOR);
        for (int i = 0; i < entries; i++) {
            map.put(
                    new ProbeKey().set(questions.key0(i), questions.key1(i)),
                    new Words(questions.value0(i), questions.value1(i)));
        }
        keys = questions.keysInOrder();
    }

    @Override
    long operation() {
        int at = 2 * next();
        return map.get(key.set(keys[at], keys[at + 1])).fold();
    }
}
