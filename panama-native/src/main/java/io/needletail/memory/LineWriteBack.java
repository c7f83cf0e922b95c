package io.needletail.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Writes cache lines back to the medium they belong to. Java has no such instruction, so without the native library, or on a
 * processor without one, there is none. Each kind may be asked for, the best is the first that the processor has. A call takes
 * some 5 ns, and a line what the medium takes.
 */
public enum LineWriteBack {
    /** Keeps the line in the cache. */
    CLWB(1),
    /** Gives the line up: whoever reads it next waits for the medium. */
    CLFLUSHOPT(2),
    /** As CLFLUSHOPT, and one line after the other. */
    CLFLUSH(3),
    /** Of arm64, to the point of persistence. */
    DC_CVAP(4);

    private static final Linker.Option QUICK = Linker.Option.critical(false);
    private static final MethodHandle BEST = NativeLibrary.function(
                    "nt_write_back_kind", FunctionDescriptor.of(ValueLayout.JAVA_INT))
            .orElse(null);
    private static final MethodHandle HAS = NativeLibrary.function(
                    "nt_has_write_back", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
            .orElse(null);
    private static final MethodHandle WRITE_BACK = NativeLibrary.function(
                    "nt_write_back",
                    FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT),
                    QUICK)
            .orElse(null);
    private static final MethodHandle FENCE = NativeLibrary.function(
                    "nt_write_back_fence", FunctionDescriptor.ofVoid(), QUICK)
            .orElse(null);

    private final int kind;

    LineWriteBack(int kind) {
        this.kind = kind;
    }

    /** The best that this processor has; none without the native library. */
    public static Optional<LineWriteBack> best() {
        if (BEST == null) {
            return Optional.empty();
        }
        try {
            int best = (int) BEST.invokeExact();
            return best == 0 ? Optional.empty() : Optional.of(values()[best - 1]);
        } catch (Throwable e) {
            throw new IllegalStateException("write back", e);
        }
    }

    public boolean isAvailable() {
        if (HAS == null) {
            return false;
        }
        try {
            return (int) HAS.invokeExact(kind) != 0;
        } catch (Throwable e) {
            throw new IllegalStateException("write back", e);
        }
    }

    /** Begins to write back the lines that a range of mapped memory touches; ordered by {@link #fence()} only. */
    public void writeBack(long address, long lengthBytes) {
        assert address > 0 && lengthBytes >= 0 : "address=" + address + " lengthBytes=" + lengthBytes;
        try {
            WRITE_BACK.invokeExact(address, lengthBytes, kind);
        } catch (Throwable e) {
            throw new IllegalStateException("write back", e);
        }
    }

    /** Returns when the medium has accepted every line that this thread began to write back. */
    public void fence() {
        try {
            FENCE.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("write back", e);
        }
    }
}
