package io.needletail.bench.tiers;

import io.needletail.bench.ipc.IpcPlan;
import io.needletail.bench.micro.MicroPlan;

/**
 * How long everything takes.
 *
 * @param micro the tiers in one process
 * @param ipc the round trips between two
 */
public record BenchPlan(MicroPlan micro, IpcPlan ipc) {
    public static final BenchPlan FULL = new BenchPlan(MicroPlan.FULL, IpcPlan.FULL);
    /** Five minutes on two cores, at most. */
    public static final BenchPlan QUICK = new BenchPlan(MicroPlan.QUICK, IpcPlan.QUICK);
    /** Shows that everything works; its figures mean nothing. */
    public static final BenchPlan SMOKE = new BenchPlan(MicroPlan.SMOKE, IpcPlan.SMOKE);
}
