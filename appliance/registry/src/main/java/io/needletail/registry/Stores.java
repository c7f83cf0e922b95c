package io.needletail.registry;

import io.needletail.registry.view.Loads;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Stores to absolute addresses of a region, for its owner only. The twin of {@link Loads}, with the tests' hook. */
public final class Stores {
    private static final MemorySegment MEMORY = Loads.memory();
    /** As in {@link Loads}: every address is aligned, and the check of it spared where no order is asked for. */
    private static final VarHandle LONG = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN)
            .varHandle()
            .withInvokeExactBehavior();

    private static final VarHandle ORDERED_LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private Stores() {}

    public static void putLong(long address, long value) {
        if (StoreProbe.ENABLED) {
            StoreProbe.beforeStore(address, Long.BYTES);
        }
        LONG.set(MEMORY, address, value);
    }

    public static void putLongOpaque(long address, long value) {
        if (StoreProbe.ENABLED) {
            StoreProbe.beforeStore(address, Long.BYTES);
        }
        ORDERED_LONG.setOpaque(MEMORY, address, value);
    }

    public static void putLongRelease(long address, long value) {
        if (StoreProbe.ENABLED) {
            StoreProbe.beforeStore(address, Long.BYTES);
        }
        ORDERED_LONG.setRelease(MEMORY, address, value);
    }

    /** Copies an array's bytes in and fills up with zeros to {@code paddedLength}; the caller has checked both ends. */
    public static void copyPadded(byte[] source, int length, long address, int paddedLength) {
        assert length <= paddedLength : "length=" + length + " paddedLength=" + paddedLength;
        if (StoreProbe.ENABLED) {
            StoreProbe.beforeStore(address, paddedLength);
        }
        MemorySegment.copy(source, 0, MEMORY, ValueLayout.JAVA_BYTE, address, length);
        for (int i = length; i < paddedLength; i++) {
            MEMORY.set(ValueLayout.JAVA_BYTE, address + i, (byte) 0);
        }
    }

    /** Copies region bytes within a region. */
    public static void copy(long sourceAddress, long targetAddress, long length) {
        if (StoreProbe.ENABLED) {
            StoreProbe.beforeStore(targetAddress, length);
        }
        MemorySegment.copy(MEMORY, sourceAddress, MEMORY, targetAddress, length);
    }
}
