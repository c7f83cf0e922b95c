package io.needletail.bench.compare;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Confidence intervals without an assumption about the distribution: the rounds, or the intervals, of each side are drawn
 * again with replacement many times, and the quotient's 2.5% and 97.5% quantiles are the interval. The seed is fixed, so that
 * a comparison says the same thing twice.
 */
final class Bootstrap {
    private static final int DRAWS = 400;
    private static final double LOW = 0.025;
    private static final double HIGH = 0.975;
    private static final long SEED = 20_260_101L;

    private Bootstrap() {}

    /** The quotient of a statistic of {@code second} by that of {@code first}, with its interval. */
    static Quotient quotient(
            int[] first, int[] second, ToDoubleFunction<int[]> ofFirst, ToDoubleFunction<int[]> ofSecond) {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] draws = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            draws[i] = ofSecond.applyAsDouble(draw(second.length, random))
                    / ofFirst.applyAsDouble(draw(first.length, random));
        }
        Arrays.sort(draws);
        return new Quotient(
                ofSecond.applyAsDouble(second) / ofFirst.applyAsDouble(first),
                draws[(int) (LOW * DRAWS)],
                draws[(int) (HIGH * DRAWS) - 1]);
    }

    /** The indices 0 to count - 1. */
    static int[] all(int count) {
        int[] indices = new int[count];
        Arrays.setAll(indices, i -> i);
        return indices;
    }

    private static int[] draw(int count, SplittableRandom random) {
        int[] drawn = new int[count];
        Arrays.setAll(drawn, i -> random.nextInt(count));
        return drawn;
    }
}
