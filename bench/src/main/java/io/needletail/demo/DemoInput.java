package io.needletail.demo;

/** The order flow of a demo without a file. */
final class DemoInput {
    static final int GENERATED_ROWS = 100_000;
    private static final long SEED = 7;

    private DemoInput() {}

    static Tape generated() {
        return TapeGenerator.generate("GENERATED", GENERATED_ROWS, SEED);
    }
}
