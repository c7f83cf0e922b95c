package io.needletail.bench.ipc;

/**
 * How long the round trips between two cores take.
 *
 * @param rounds alternating rounds
 * @param roundTrips round trips a subject plays in a round
 * @param warms whether a subject plays until nothing is compiled any more before it is measured
 */
public record IpcPlan(int rounds, int roundTrips, boolean warms) {
    public static final IpcPlan FULL = new IpcPlan(11, 2_000_000, true);
    public static final IpcPlan QUICK = new IpcPlan(7, 200_000, true);
    public static final IpcPlan SMOKE = new IpcPlan(5, 20_000, false);
}
