package io.needletail.testing;

/** The seed of a randomised test: fixed, or {@code -Dneedletail.seed=N} to try another or replay one. Always printed. */
public final class Seed {
    static final String PROPERTY = "needletail.seed";

    private Seed() {}

    public static long of(long fixed) {
        long seed = Long.getLong(PROPERTY, fixed);
        System.out.println("seed " + seed);
        return seed;
    }
}
