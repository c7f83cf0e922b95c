package io.needletail.bench.hash;

import io.needletail.registry.view.Key;

/**
 * Keys of one kind.
 *
 * @param count how many different ones there are
 * @param keys sets a key to the n-th of them, always the same one
 */
record KeyFamily(String name, int count, Keys keys) {
    @FunctionalInterface
    interface Keys {
        void set(Key into, int n);
    }
}
