package io.needletail.bench.micro;

import io.needletail.registry.view.Key;
import java.io.IOException;

/** Get by a 16-byte key on the shard's own thread: hash, directory, key compare, value. */
public class EmbeddedGetByKey extends Embedded {
    private long[] keys;
    private final Key key = new Key();

    @Override
    void prepare() throws IOException {
        super.prepare();
        keys = questions.keysInOrder();
    }

    @Override
    long operation() {
        int at = 2 * next();
        key.setInline(keys[at], keys[at + 1], 16);
        return value(engine.get(key, entry));
    }
}
