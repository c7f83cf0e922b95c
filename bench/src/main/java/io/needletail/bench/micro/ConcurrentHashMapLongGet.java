package io.needletail.bench.micro;

import java.util.concurrent.ConcurrentHashMap;

/** Peer, published beside: the JDK's concurrent map with boxed long keys (the first word). */
public class ConcurrentHashMapLongGet extends Subject {
    private ConcurrentHashMap<Long, Words> map;
    private long[] keys;

    @Override
    void prepare() {
        map = new ConcurrentHashMap<>(entries);
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
