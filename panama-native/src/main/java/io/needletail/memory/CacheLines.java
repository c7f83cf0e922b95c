package io.needletail.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Asks the processor for cache lines that will be needed soon. Java has no such instruction, and a load in its place waits as
 * long as the one it is to save; so without the native library nothing is asked for. A call takes some 5 ns.
 */
public final class CacheLines {
    private static final MethodHandle PREFETCH = NativeLibrary.function(
                    "nt_prefetch_for_write",
                    FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                    Linker.Option.critical(false))
            .orElse(null);

    private static final MethodHandle PREFETCH_SLOTS = NativeLibrary.function(
                    "nt_prefetch_slots",
                    FunctionDescriptor.ofVoid(
                            ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                    Linker.Option.critical(true))
            .orElse(null);

    private CacheLines() {}

    /** Whether anything is asked for. */
    public static boolean isAvailable() {
        return PREFETCH_SLOTS != null;
    }

    /**
     * Asks for the lines of slots that are about to be read.
     *
     * @param handles of which the low 32 bits say which slot; an array on the heap may be wrapped
     * @param first address of slot 0
     * @param stride from one slot to the next, bytes
     */
    public static void prefetchSlots(MemorySegment handles, int count, long first, long stride) {
        if (count < 0 || count > handles.byteSize() / Long.BYTES) {
            throw new IndexOutOfBoundsException("count=" + count + " of " + handles.byteSize() / Long.BYTES);
        }
        if (PREFETCH_SLOTS == null) {
            return;
        }
        try {
            PREFETCH_SLOTS.invokeExact(handles, count, first, stride);
        } catch (Throwable e) {
            throw new IllegalStateException("prefetch failed", e);
        }
    }

    /** Asks for two lines that are about to be changed, by absolute addresses; one that is not mapped does no harm. */
    public static void prefetchForWrite(long first, long second) {
        if (PREFETCH == null) {
            return;
        }
        try {
            PREFETCH.invokeExact(first, second);
        } catch (Throwable e) {
            throw new IllegalStateException("prefetch failed", e);
        }
    }
}
