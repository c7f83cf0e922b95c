package io.needletail.bench.micro;

import com.github.benmanes.caffeine.cache.Cache;

/** {@link CaffeineGet} with larger values. */
public class CaffeineLargeGet extends LargeGet {
    private Cache<Words, long[]> cache;
    private long[] keys;

    @Override
    void prepare() {
        cache = CaffeineGet.create(entries);
        for (int i = 0; i < entries; i++) {
            cache.put(key(i), large(i));
        }
        keys = questions.keysInOrder();
    }

    @Override
    long operation() {
        int at = 2 * next();
        return fold(cache.getIfPresent(new Words(keys[at], keys[at + 1])));
    }
}
