package io.needletail.bench.micro;

import org.agrona.collections.Long2ObjectHashMap;

/** Peer, published beside: Agrona's map with primitive long keys (the first word). */
public class AgronaLongGet extends Subject {
    private static final float LOAD_FACTOR = 0.55f;

    private Long2ObjectHashMap<Words> map;
    private long[] keys;

    @Override
    void prepare() {
        map = new Long2ObjectHashMap<>(entries, LOAD_FACTOR);
        for (int i = 0; i < entries; i++) {
            map.put(questions.key0(i), new Words(questions.value0(i), questions.value1(i)));
        }
        keys = questions.keysInOrder();
    }

    @Override
    long operation() {
        return map.get(keys[2 * next()]).fold();
    }
}
