package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import java.util.TreeSet;

/** The frequency governor of every core. */
public final class Governor extends HostCheck {
    public Governor() {
        super("governor", "a core that lowers its clock while it waits answers the next request late");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        TreeSet<String> governors = new TreeSet<>();
        for (int cpu : topology.cpus()) {
            host.text("sys/devices/system/cpu/cpu" + cpu + "/cpufreq/scaling_governor")
                    .ifPresent(governors::add);
        }
        if (governors.isEmpty()) {
            return ok("no frequency scaling is visible; the hypervisor or the firmware decides");
        }
        if (governors.equals(new TreeSet<>(java.util.List.of("performance")))) {
            return ok("performance on " + topology.cpus().size() + " cores");
        }
        return warn("governors in use: " + String.join(", ", governors), "cpupower frequency-set -g performance");
    }
}
