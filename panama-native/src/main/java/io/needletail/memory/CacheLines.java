package io.needletail.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
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

    private CacheLines() {}

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
