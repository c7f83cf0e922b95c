package io.needletail.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The floors under conversations between two cores, measured in C between two threads that never wait: one cache line there and
 * one back, several, or one datagram over the loopback.
 */
public final class CoreRally {
    /** 2^17 cycles are about 50 us: what is longer was a preemption and stands in the last bucket. */
    private static final int BUCKETS = 1 << 17;

    private static final MethodHandle CACHE_LINE = NativeLibrary.function(
                    "nt_cacheline_rally",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT))
            .orElse(null);

    /** Two cores, rounds, the lengths of a message there and one back, the histogram and its buckets; an errno. */
    private static final FunctionDescriptor MESSAGES = FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);

    private static final MethodHandle LINES =
            NativeLibrary.function("nt_lines_rally", MESSAGES).orElse(null);

    private static final MethodHandle UDP =
            NativeLibrary.function("nt_udp_rally", MESSAGES).orElse(null);

    private static final MethodHandle COUNTER_COST = NativeLibrary.function(
                    "nt_counter_cost", FunctionDescriptor.of(ValueLayout.JAVA_LONG))
            .orElse(null);

    private final long[] counts;
    private final long rounds;
    private final double cyclesPerNs;
    private final long counterCost;

    private CoreRally(long[] counts, long rounds, double cyclesPerNs, long counterCost) {
        this.counts = counts;
        this.rounds = rounds;
        this.cyclesPerNs = cyclesPerNs;
        this.counterCost = counterCost;
    }

    public static boolean isAvailable() {
        return CACHE_LINE != null && LINES != null && UDP != null;
    }

    /** Plays {@code rounds} rounds between two cores with a cache line; both spin for the duration (about 100 ns a round). */
    public static CoreRally cacheLine(int cpuA, int cpuB, long rounds) {
        return play(rounds, histogram -> (int) CACHE_LINE.invokeExact(cpuA, cpuB, rounds, histogram, BUCKETS));
    }

    /** The same with messages of so many lines there and back, all of them written and read. */
    public static CoreRally lines(int cpuA, int cpuB, long rounds, int requestLines, int answerLines) {
        return play(rounds, histogram ->
                (int) LINES.invokeExact(cpuA, cpuB, rounds, requestLines, answerLines, histogram, BUCKETS));
    }

    /** The same with datagrams of these lengths over the loopback (some microseconds a round). */
    public static CoreRally udp(int cpuA, int cpuB, long rounds, int requestBytes, int answerBytes) {
        return play(rounds, histogram ->
                (int) UDP.invokeExact(cpuA, cpuB, rounds, requestBytes, answerBytes, histogram, BUCKETS));
    }

    private interface Player {
        int play(MemorySegment histogram) throws Throwable;
    }

    private static CoreRally play(long rounds, Player player) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment histogram = arena.allocate(ValueLayout.JAVA_INT, BUCKETS);
            int error = player.play(histogram);
            if (error != 0) {
                throw new IllegalStateException("rally between two cores: errno=" + error);
            }
            long[] counts = new long[BUCKETS];
            for (int i = 0; i < BUCKETS; i++) {
                counts[i] = histogram.getAtIndex(ValueLayout.JAVA_INT, i);
            }
            long cost = (long) COUNTER_COST.invokeExact();
            return new CoreRally(counts, rounds, CycleCounter.measureCyclesPerNs(), cost);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("rally between two cores failed", e);
        }
    }

    /** Nanoseconds that reading the counter takes; subtracted from every quantile. */
    public double counterCostNs() {
        return counterCost / cyclesPerNs;
    }

    /** Nanoseconds at a quantile of 0 to 1. */
    public double quantileNs(double quantile) {
        assert quantile >= 0 && quantile <= 1 : "quantile=" + quantile;
        long target = Math.max(1, (long) Math.ceil(quantile * rounds));
        long seen = 0;
        for (int cycles = 0; cycles < BUCKETS; cycles++) {
            seen += counts[cycles];
            if (seen >= target) {
                return Math.max(0, cycles - counterCost) / cyclesPerNs;
            }
        }
        return BUCKETS / cyclesPerNs;
    }
}
