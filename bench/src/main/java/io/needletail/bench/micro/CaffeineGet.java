package io.needletail.bench.micro;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** Peer, published beside: Caffeine, bounded, with a 16-byte record key. */
public class CaffeineGet extends Subject {
    private Cache<Words, Words> cache;
    private long[] keys;

    /** For the report. */
    public static String describe() {
        return "Caffeine: maximumSize twice the entries, so that nothing is evicted, initialCapacity the entries, no statistics, no"
                + " expiry, keys and values records of two longs";
    }

    static <V> Cache<Words, V> create(int entries) {
        return Caffeine.newBuilder()
                .maximumSize(2L * entries)
                .initialCapacity(entries)
                .build();
    }

    @Override
    void prepare() {
        cache = create(entries);
        for (int i = 0; i < entries; i++) {
            cache.put(
                    new Words(questions.key0(i), questions.key1(i)),
                    new Words(questions.value0(i), questions.value1(i)));
        }
        keys = questions.keysInOrder();
    }

    @Override
    long operation() {
        int at = 2 * next();
        return cache.getIfPresent(new Words(keys[at], keys[at + 1])).fold();
    }
}
