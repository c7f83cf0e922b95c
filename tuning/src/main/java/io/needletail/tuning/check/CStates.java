package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;

/** Idle states that take long to leave. */
public final class CStates extends HostCheck {
    /** What a cache line between two cores costs, ten times. */
    private static final long TOLERABLE_US = 2;

    public CStates() {
        super("cstates", "a client's core that sleeps deeply needs up to 100 us to wake for an answer");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        if (host.kernelParameter("idle").filter("poll"::equals).isPresent()) {
            return ok("idle=poll");
        }
        String core = "sys/devices/system/cpu/cpu" + topology.shardCore();
        String states = core + "/cpuidle";
        if (!host.has(core)) {
            return warn("not visible", "read /" + states + " on the host");
        }
        long deepestUs = 0;
        String deepest = "none";
        for (String state : host.names(states)) {
            long latencyUs = host.number(states + "/" + state + "/latency");
            if (host.number(states + "/" + state + "/disable") != 1 && latencyUs > deepestUs) {
                deepestUs = latencyUs;
                deepest = host.text(states + "/" + state + "/name").orElse(state);
            }
        }
        String observed = "deepest idle state of core " + topology.shardCore() + ": " + deepest + ", " + deepestUs
                + " us to leave";
        return deepestUs <= TOLERABLE_US ? ok(observed) : warn(observed, "cpupower idle-set -D " + TOLERABLE_US);
    }
}
