package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import java.util.List;

/** Hardware threads that share a core. */
public final class SmtSiblings extends HostCheck {
    public SmtSiblings() {
        super("smt", "a busy sibling takes up to half of the shard's core and of its first-level cache");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        List<Integer> siblings = topology.siblings().stream()
                .filter(group -> group.contains(topology.shardCore()))
                .findFirst()
                .orElse(List.of());
        String shard = "sys/devices/system/cpu/cpu" + topology.shardCore();
        if (!host.has(shard + "/topology/thread_siblings_list")) {
            return warn("not visible", "read " + shard + "/topology/thread_siblings_list");
        }
        if (siblings.isEmpty()) {
            return ok("core " + topology.shardCore() + " has no sibling");
        }
        List<Integer> others =
                siblings.stream().filter(cpu -> cpu != topology.shardCore()).toList();
        return warn(
                "core " + topology.shardCore() + " shares with " + CpuTopology.list(others),
                others.stream()
                        .map(cpu -> "echo 0 > /sys/devices/system/cpu/cpu" + cpu + "/online")
                        .collect(java.util.stream.Collectors.joining("; ")));
    }
}
