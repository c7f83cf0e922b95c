package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;

/** Cores that the scheduler leaves alone. */
public final class Isolation extends HostCheck {
    public Isolation() {
        super("isolation", "on a core that is not isolated any other thread may interrupt the shard for milliseconds");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        String remedy = "kernel parameters: isolcpus=managed_irq,domain," + topology.allButFirst()
                + "; start with --set shard-core=" + topology.shardCore();
        if (topology.isolated().isEmpty()) {
            return warn("no core is isolated", remedy);
        }
        if (!topology.isolated().contains(topology.shardCore())) {
            return warn(
                    "isolated: " + CpuTopology.list(topology.isolated()) + ", but shard-core=auto is core "
                            + topology.shardCore(),
                    "start with --set shard-core=" + topology.isolated().get(0));
        }
        return ok("isolated: " + CpuTopology.list(topology.isolated()));
    }
}
