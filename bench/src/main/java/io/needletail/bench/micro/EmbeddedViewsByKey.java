package io.needletail.bench.micro;

import io.needletail.registry.view.ShortKeys;
import java.io.IOException;

/** Sixteen by key with one call, the values read where they lie. */
public class EmbeddedViewsByKey extends EmbeddedViews {
    private final ShortKeys asked = new ShortKeys();
    private long[] keys;

    @Override
    void prepare() throws IOException {
        super.prepare();
        keys = questions.keysInOrder();
    }

    @Override
    void ask() {
        asked.clear();
        for (int i = 0; i < LENGTH; i++) {
            int at = 2 * next();
            asked.add(keys[at], keys[at + 1], 16);
        }
        engine.get(asked, views);
    }
}
