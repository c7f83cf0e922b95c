package io.needletail.bench.mirror;

/**
 * How long it is measured.
 *
 * @param rounds alternating, of everything
 * @param turnNs of one subject in a round
 * @param slots of each shard
 */
public record MirrorPlan(int rounds, long turnNs, int slots) {
    public static final MirrorPlan FULL = new MirrorPlan(11, 2_000_000_000L, 1 << 16);
    public static final MirrorPlan QUICK = new MirrorPlan(7, 500_000_000L, 1 << 16);
    public static final MirrorPlan SMOKE = new MirrorPlan(5, 20_000_000L, 1 << 13);
}
