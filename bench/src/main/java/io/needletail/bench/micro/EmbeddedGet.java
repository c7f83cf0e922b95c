package io.needletail.bench.micro;

/** Get by handle on the shard's own thread. */
public class EmbeddedGet extends Embedded {
    @Override
    long operation() {
        return value(engine.get(handles[next()], entry));
    }
}
