package io.needletail.bench.latency;

import java.util.Locale;
import java.util.SplittableRandom;

/** Which entry each operation goes to, and whether it reads or writes: drawn before the run, repeated when it is used up. */
public final class Workload {
    /** How the entries are chosen. */
    public enum Distribution {
        UNIFORM,
        /** Few entries take most operations: rank k has a share proportional to 1 / k^0.99. */
        ZIPF,
        SEQUENTIAL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int LENGTH = 1 << 18;
    private static final double EXPONENT = 0.99;

    private final int[] entries = new int[LENGTH];
    private final boolean[] writes = new boolean[LENGTH];

    /** @param reads the share of operations that read, 0 to 1 */
    public Workload(Distribution distribution, int entryCount, double reads, long seed) {
        if (entryCount < 1 || !(reads >= 0 && reads <= 1)) {
            throw new IllegalArgumentException("entries=" + entryCount + " reads=" + reads);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] shares = distribution == Distribution.ZIPF ? zipf(entryCount) : null;
        int[] ranks = distribution == Distribution.ZIPF ? permutation(entryCount, random) : null;
        for (int i = 0; i < LENGTH; i++) {
            writes[i] = random.nextDouble() >= reads;
            entries[i] = switch (distribution) {
                case UNIFORM -> random.nextInt(entryCount);
                case ZIPF -> ranks[rank(shares, random.nextDouble())];
                case SEQUENTIAL -> i % entryCount;
            };
        }
    }

    /** Cumulative shares by rank. */
    private static double[] zipf(int count) {
        double[] shares = new double[count];
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum += 1 / Math.pow(k + 1, EXPONENT);
            shares[k] = sum;
        }
        for (int k = 0; k < count; k++) {
            shares[k] /= sum;
        }
        return shares;
    }

    private static int rank(double[] shares, double draw) {
        int at = java.util.Arrays.binarySearch(shares, draw);
        return Math.min(shares.length - 1, at >= 0 ? at : -at - 1);
    }

    /** Popular entries are spread over the region, as they would be. */
    private static int[] permutation(int count, SplittableRandom random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    public int entry(long sequence) {
        return entries[(int) sequence & (LENGTH - 1)];
    }

    public boolean isWrite(long sequence) {
        return writes[(int) sequence & (LENGTH - 1)];
    }
}
