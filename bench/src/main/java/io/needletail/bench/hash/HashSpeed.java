package io.needletail.bench.hash;

import io.needletail.registry.KeyHash;
import io.needletail.registry.view.Key;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/** Functions of a key, each over the same keys in a loop: what one costs when the next need not wait for it. */
final class HashSpeed {
    private static final int KEYS = 1_024;

    private final Map<String, Runnable> loops = new LinkedHashMap<>();
    private long consumed;

    HashSpeed(KeyHash hash) {
        for (int length : new int[] {8, 16, 32, 64}) {
            Key[] keys = keys(length);
            loops.put("hash.multiply" + length, () -> consumed += sum(keys, hash::hash));
            loops.put("hash.crc32c" + length, () -> consumed += sum(keys, Key::crc32c));
        }
    }

    private static Key[] keys(int length) {
        SplittableRandom random = new SplittableRandom(length);
        Key[] keys = new Key[KEYS];
        byte[] bytes = new byte[length];
        for (int i = 0; i < KEYS; i++) {
            random.nextBytes(bytes);
            keys[i] = new Key();
            keys[i].set(bytes, 0, length);
            if (length <= 16) {
                keys[i].setInline(keys[i].word0(), keys[i].word1(), length);
            }
        }
        return keys;
    }

    private static long sum(Key[] keys, ToLongFunction<Key> function) {
        long sum = 0;
        for (Key key : keys) {
            sum += function.applyAsLong(key);
        }
        return sum;
    }

    Iterable<String> names() {
        return loops.keySet();
    }

    /** Runs one of them once over all keys; how many that are. */
    int run(String name) {
        loops.get(name).run();
        return KEYS;
    }

    long consumed() {
        return consumed;
    }
}
