package io.needletail.registry.view;

/** A reusable value. Up to 16 bytes live in the slot itself, longer ones in a slab block. */
public final class Value extends Bytes {
    public Value(int capacity) {
        super(capacity);
    }
}
