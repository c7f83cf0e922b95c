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

    /** The entries are a multiple of the length, so that what is asked for stands in one piece. */
    @Override
    void ask() {
        asked.clear();
        asked.addAll(keys, 2 * next(), LENGTH, 16);
        skip(LENGTH - 1);
        engine.get(asked, views);
    }
}
