package io.needletail.bench.micro;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@link CaffeineGet} by {@code getAllPresent}: its answer is a map, in which each key is looked up. */
public class CaffeineGetAll extends AskedTogether {
    private final Words[] asked = new Words[LENGTH];
    private final List<Words> list = Arrays.asList(asked);
    private Cache<Words, Words> cache;
    private Map<Words, Words> found;
    private long[] keys;

    @Override
    void prepare() {
        cache = CaffeineGet.create(entries);
        for (int i = 0; i < entries; i++) {
            cache.put(
                    new Words(questions.key0(i), questions.key1(i)),
                    new Words(questions.value0(i), questions.value1(i)));
        }
        keys = questions.keysInOrder();
    }

    @Override
    void ask() {
        for (int i = 0; i < LENGTH; i++) {
            int at = 2 * next();
            asked[i] = new Words(keys[at], keys[at + 1]);
        }
        found = cache.getAllPresent(list);
    }

    @Override
    long answer(int index) {
        return found.get(asked[index]).fold();
    }
}
