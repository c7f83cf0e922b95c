package io.needletail.engine;

import io.needletail.registry.view.Loads;
import io.needletail.registry.view.SlotLayout;

/** What adding to a value means: eight bytes, little-endian, signed; no value counts as 0. */
final class Sums {
    private Sums() {}

    /** Whether a slot of this kind can be added to. */
    static boolean isNumber(int kind) {
        return kind == SlotLayout.KIND_ABSENT || kind == SlotLayout.KIND_INLINE + Long.BYTES;
    }

    static long numberAt(long slotAddress, int kind) {
        assert isNumber(kind) : "kind=" + kind;
        return kind == SlotLayout.KIND_ABSENT ? 0 : Loads.getLong(slotAddress + SlotLayout.VALUE_OFFSET);
    }

    /** Both signs differ from the sum's. */
    static boolean overflows(long before, long delta) {
        long sum = before + delta;
        return ((before ^ sum) & (delta ^ sum)) < 0;
    }
}
