package io.needletail.bench.micro;

import java.util.concurrent.ConcurrentHashMap;

/** Peer: the JDK's concurrent map with a 16-byte record key, made for each question (the JIT keeps it off the heap). */
public class ConcurrentHashMapGet extends Subject {
    private ConcurrentHashMap<Words, Words> map;
    private long[] keys;

    @Override
    void prepare() {
        map = new ConcurrentHashMap<>(entries);
        for (int i = 0; i < entries; i++) {
            map.put(
                    new Words(questions.key0(i), questions.key1(i)),
                    new Words(questions.value0(i), questions.value1(i)));
        }
        keys = questions.keysInOrder();
    }

    @Override
    long operation() {
        int at = 2 * next();
        return map.get(new Words(keys[at], keys[at + 1])).fold();
    }
}
