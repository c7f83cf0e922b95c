package io.needletail.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What the kernel did to the calling thread: involuntary context switches and page faults. A reading is one system call of a
 * few hundred nanoseconds and allocates nothing. All zeros without the native library. For one thread.
 */
public final class ThreadUsage {
    private static final int FIELDS = 3;
    private static final MethodHandle USAGE = NativeLibrary.function(
                    "nt_thread_usage", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS))
            .orElse(null);

    private final MemorySegment fields = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, FIELDS);

    public static boolean isAvailable() {
        return USAGE != null;
    }

    /** Takes a new reading. */
    public void read() {
        if (USAGE == null) {
            return;
        }
        try {
            int failed = (int) USAGE.invokeExact(fields);
            assert failed == 0 : "getrusage cannot fail for the own thread";
        } catch (Throwable e) {
            throw new IllegalStateException("thread usage failed", e);
        }
    }

    public long involuntarySwitches() {
        return fields.getAtIndex(ValueLayout.JAVA_LONG, 0);
    }

    /** Page faults that needed no disk. */
    public long minorFaults() {
        return fields.getAtIndex(ValueLayout.JAVA_LONG, 1);
    }

    public long majorFaults() {
        return fields.getAtIndex(ValueLayout.JAVA_LONG, 2);
    }
}
