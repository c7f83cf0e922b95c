package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import java.util.List;
import java.util.Map;

/** Memory and caches that are not equally near to all cores. */
public final class Numa extends HostCheck {
    public Numa() {
        super(
                "numa",
                "between sockets a cache line costs three times as much, between dies twice as much, as within one");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        if (topology.dies().isEmpty() && topology.nodes().isEmpty()) {
            return warn("not visible", "read /sys/devices/system/node on the host");
        }
        String observed = topology.packages() + " sockets, " + topology.nodes().size() + " nodes, "
                + topology.dies().size() + " last-level caches";
        String near = nearShard(topology);
        if (topology.nodes().size() > 1) {
            long balancing = host.number("proc/sys/kernel/numa_balancing");
            return warn(
                    observed + (balancing == 1 ? ", automatic balancing is on" : ""),
                    (balancing == 1 ? "sysctl kernel.numa_balancing=0; " : "") + "keep shard and clients on cores "
                            + near + ": numactl --membind=" + nodeOfShard(topology) + " ./needletail start");
        }
        if (topology.dies().size() > 1) {
            return warn(observed, "keep shard and clients on one die: cores " + near);
        }
        return ok(observed);
    }

    /** Cores that share the last-level cache of the shard's core. */
    private static String nearShard(CpuTopology topology) {
        return topology.dies().stream()
                .filter(die -> die.contains(topology.shardCore()))
                .findFirst()
                .map(CpuTopology::list)
                .orElse(CpuTopology.list(topology.cpus()));
    }

    private static int nodeOfShard(CpuTopology topology) {
        for (Map.Entry<Integer, List<Integer>> node : topology.nodes().entrySet()) {
            if (node.getValue().contains(topology.shardCore())) {
                return node.getKey();
            }
        }
        return 0;
    }
}
