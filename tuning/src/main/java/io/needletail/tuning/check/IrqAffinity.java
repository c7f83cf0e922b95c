package io.needletail.tuning.check;

import io.needletail.memory.CpuSet;
import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import java.util.ArrayList;
import java.util.List;

/** Interrupts that may be delivered to the shard's core. */
public final class IrqAffinity extends HostCheck {
    private static final int NAMED = 8;

    public IrqAffinity() {
        super("irq", "a device's interrupt on the shard's core stops it for 5 to 50 us");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        if (!host.has("proc/irq")) {
            return warn("not visible", "read /proc/irq/*/effective_affinity_list on the host, not in a container");
        }
        List<String> onShard = new ArrayList<>();
        int seen = 0;
        for (String irq : host.names("proc/irq")) {
            List<Integer> cpus = irq.matches("\\d+") ? effective(host, irq) : List.of();
            if (!cpus.isEmpty()) {
                seen++;
                if (cpus.contains(topology.shardCore())) {
                    onShard.add(irq);
                }
            }
        }
        if (onShard.isEmpty()) {
            return ok(seen + " interrupts, none on core " + topology.shardCore());
        }
        String named = String.join(",", onShard.subList(0, Math.min(NAMED, onShard.size())));
        return warn(
                onShard.size() + " of " + seen + " interrupts may reach core " + topology.shardCore() + ": " + named
                        + (onShard.size() > NAMED ? ",..." : ""),
                "systemctl stop irqbalance; for i in " + String.join(" ", onShard) + "; do echo "
                        + topology.cpus().get(0)
                        + " > /proc/irq/$i/smp_affinity_list; done (one that the kernel manages itself refuses:"
                        + " isolcpus=managed_irq moves it)");
    }

    private static List<Integer> effective(HostTree host, String irq) {
        List<Integer> cpus = host.cpuList("proc/irq/" + irq + "/effective_affinity_list");
        return cpus.isEmpty()
                ? host.text("proc/irq/" + irq + "/smp_affinity_list")
                        .filter(CpuSet::isList)
                        .map(CpuSet::parse)
                        .orElse(List.of())
                : cpus;
    }
}
