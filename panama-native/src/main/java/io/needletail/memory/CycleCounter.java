package io.needletail.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * The processor's time-stamp counter, one time line for all processes of a machine with an invariant counter. Without the
 * native library it is {@link System#nanoTime()}, which is one time line too (CLOCK_MONOTONIC), and costs about 20 ns.
 */
public final class CycleCounter {
    private static final MethodHandle CYCLES = NativeLibrary.function(
                    "nt_cycles", FunctionDescriptor.of(ValueLayout.JAVA_LONG), Linker.Option.critical(false))
            .orElse(null);

    private static final int TRIES = 64;

    private CycleCounter() {}

    public static boolean isNative() {
        return CYCLES != null;
    }

    /** The counter now; fenced on both sides, so that loads before it have completed and loads after it have not begun. */
    public static long read() {
        if (CYCLES == null) {
            return System.nanoTime();
        }
        try {
            return (long) CYCLES.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("cycle counter failed", e);
        }
    }

    /** Counts per nanosecond, measured against the monotonic clock over about 50 ms; 1 without the native library. */
    public static double measureCyclesPerNs() {
        if (CYCLES == null) {
            return 1.0;
        }
        for (int i = 0; i < 1_000; i++) {
            read(); // the first call links the function, which takes milliseconds
        }
        Moment begin = moment();
        LockSupport.parkNanos(50_000_000L);
        return moment().rateSince(begin);
    }

    /** One moment on both clocks. */
    public record Moment(long cycles, long ns) {
        /** Counts per nanosecond between an earlier moment and this one. */
        public double rateSince(Moment earlier) {
            return (double) (cycles - earlier.cycles) / (ns - earlier.ns);
        }
    }

    /**
     * Reads both clocks as close together as they can be: of several tries the one that took least. A thread that loses its
     * core between two readings would otherwise be milliseconds wrong, eight per cent of a calibration.
     */
    public static Moment moment() {
        Moment closest = null;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long before = read();
            long ns = System.nanoTime();
            long after = read();
            if (after - before < least) {
                least = after - before;
                closest = new Moment(before + least / 2, ns);
            }
        }
        return closest;
    }
}
