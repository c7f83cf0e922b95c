package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;

/** Swap space. */
public final class Swap extends HostCheck {
    public Swap() {
        super("swap", "a region's page that went to disk costs its next reader milliseconds");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        if (!host.has("proc/swaps")) {
            return warn("not visible", "read /proc/swaps on the host; swapoff -a");
        }
        long devices = host.lines("proc/swaps").stream().skip(1).count();
        return devices == 0
                ? ok("off")
                : warn(devices + " swap devices are on", "swapoff -a, and take them out of /etc/fstab");
    }
}
