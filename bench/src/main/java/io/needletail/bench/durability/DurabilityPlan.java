package io.needletail.bench.durability;

/**
 * How long it is measured.
 *
 * @param rounds alternating, of everything
 * @param turnNs of one subject in a round
 * @param slots of the shard that a snapshot copies
 * @param restartEntries that a lost region has
 * @param restartChanges in the journal behind the snapshot
 * @param restarts how often the region is lost
 */
public record DurabilityPlan(
        int rounds, long turnNs, int slots, long restartEntries, long restartChanges, int restarts) {
    public static final DurabilityPlan FULL = new DurabilityPlan(11, 2_000_000_000L, 1 << 20, 10_485_760, 1_000_000, 3);
    public static final DurabilityPlan QUICK = new DurabilityPlan(7, 1_000_000_000L, 1 << 20, 10_485_760, 1_000_000, 1);
    public static final DurabilityPlan SMOKE = new DurabilityPlan(5, 20_000_000L, 1 << 12, 4_096, 1_000, 1);
}
