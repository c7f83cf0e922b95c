package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import java.util.List;

/** The scheduler's tick on the shard's core. */
public final class Nohz extends HostCheck {
    public Nohz() {
        super("nohz", "the scheduler's tick stops a spinning thread for microseconds, 100 to 1,000 times a second");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        List<Integer> quiet = host.cpuList("sys/devices/system/cpu/nohz_full");
        String cores = topology.isolated().isEmpty() ? topology.allButFirst() : CpuTopology.list(topology.isolated());
        String remedy = "kernel parameters: nohz_full=" + cores + " rcu_nocbs=" + cores;
        if (quiet.isEmpty()) {
            return warn("every core has its tick", remedy);
        }
        if (!quiet.contains(topology.shardCore())) {
            return warn(
                    "no tick on " + CpuTopology.list(quiet) + ", but on the shard's core " + topology.shardCore(),
                    remedy);
        }
        return ok("no tick on " + CpuTopology.list(quiet));
    }
}
