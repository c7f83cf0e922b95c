package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;

/** A hypervisor, and how much of the cores' time it gave to others. */
public final class Virtualisation extends HostCheck {
    private static final int STEAL_FIELD = 8;
    private static final double TOLERABLE_STEAL = 0.0001;

    public Virtualisation() {
        super(
                "virtualisation",
                "a hypervisor can take a core away for milliseconds, and no setting in here prevents it");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        if (!host.has("proc/cpuinfo")) {
            return warn("not visible", "read /proc/cpuinfo on the host");
        }
        boolean guest = isGuest(host);
        double steal = steal(host);
        String observed = (guest ? "a virtual machine" : "no hypervisor is visible")
                + String.format(java.util.Locale.ROOT, ", stolen %.4f%% of the time since boot", steal * 100);
        if (!guest && steal == 0) {
            return ok(observed);
        }
        return warn(
                observed,
                steal > TOLERABLE_STEAL
                        ? "move to bare metal, or have the host pin each virtual core to a core of its own"
                        : "for a tail that can be promised: bare metal");
    }

    /** Whether the kernel says that it runs on a hypervisor. */
    public static boolean isGuest(HostTree host) {
        return host.field("proc/cpuinfo", "flags").orElse("").matches(".*\\bhypervisor\\b.*")
                || host.text("sys/hypervisor/type").isPresent();
    }

    /** The share of all cores' time that the hypervisor gave to others. */
    static double steal(HostTree host) {
        String line = host.lines("proc/stat").stream().findFirst().orElse("");
        String[] fields = line.split("\\s+");
        if (!line.startsWith("cpu ") || fields.length <= STEAL_FIELD) {
            return 0;
        }
        double total = 0;
        for (int i = 1; i <= STEAL_FIELD; i++) {
            total += Double.parseDouble(fields[i]);
        }
        return total == 0 ? 0 : Double.parseDouble(fields[STEAL_FIELD]) / total;
    }
}
