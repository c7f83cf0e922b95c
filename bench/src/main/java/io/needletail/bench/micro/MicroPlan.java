package io.needletail.bench.micro;

/**
 * How long a micro-benchmark takes.
 *
 * @param warmUpTurns turns that are not counted
 * @param rounds turns that are
 * @param turnMs length of a turn
 */
public record MicroPlan(int warmUpTurns, int rounds, int turnMs) {
    public static final MicroPlan FULL = new MicroPlan(6, 11, 1_000);
    public static final MicroPlan QUICK = new MicroPlan(4, 7, 200);
    public static final MicroPlan SMOKE = new MicroPlan(1, 5, 20);

    public int turns() {
        return warmUpTurns + rounds;
    }
}
