package io.needletail.registry.view;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Loads from absolute addresses of a region. Callers prove an address from validated limits before they use it: a slot
 * below the slot count, a block below its class's count. That check costs one compare; a bounded segment costs another
 * 0.36 ns on every access of a path that takes 1.7 (measured, see NUMBERS in ARCHITECTURE.md).
 */
public final class Loads {
    static final MemorySegment EVERYTHING = everything();
    /** Every address is aligned; the layout that does not say so spares a check of each. */
    private static final VarHandle LONG = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN)
            .varHandle()
            .withInvokeExactBehavior();
    /** Ordered loads exist of aligned words only. */
    private static final VarHandle ORDERED_LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private static final VarHandle ORDERED_INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private static final VarHandle INT = ValueLayout.JAVA_INT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN)
            .varHandle()
            .withInvokeExactBehavior();

    private Loads() {}

    @SuppressWarnings("restricted") // the one place that turns addresses into memory
    private static MemorySegment everything() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    /** The address space, for copies and vector loads. */
    public static MemorySegment memory() {
        return EVERYTHING;
    }

    public static long getLong(long address) {
        return (long) LONG.get(EVERYTHING, address);
    }

    public static int getInt(long address) {
        return (int) INT.get(EVERYTHING, address);
    }

    public static int getIntOpaque(long address) {
        return (int) ORDERED_INT.getOpaque(EVERYTHING, address);
    }

    public static long getLongOpaque(long address) {
        return (long) ORDERED_LONG.getOpaque(EVERYTHING, address);
    }

    public static long getLongAcquire(long address) {
        return (long) ORDERED_LONG.getAcquire(EVERYTHING, address);
    }

    /** Copies region bytes into an array; the caller has checked both ends. */
    public static void copy(long address, byte[] target, int offset, int length) {
        MemorySegment.copy(EVERYTHING, ValueLayout.JAVA_BYTE, address, target, offset, length);
    }
}
