package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;

/** Enough cores for the threads that never sleep. */
public final class CoresForSpinners extends HostCheck {
    /** A shard, a client that spins for its answer, and the machine's own work; the media driver has a thread from four on. */
    private static final int COMFORTABLE = 4;

    public CoresForSpinners() {
        super(
                "cores",
                "profile latency spins on one core, its client on another; a third spinner makes microseconds milliseconds");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        int cores = topology.cpus().size();
        double quota = quota(host);
        String observed = cores + " cores for this process"
                + (quota < cores ? ", of their time a quota of " + quota : "") + "; 2 threads spin in profile latency";
        if (Math.min(cores, quota) < 2) {
            return fail(observed, "start with --profile development, or give it two cores (containers: --cpus 4)");
        }
        return Math.min(cores, quota) < COMFORTABLE
                ? warn(
                        observed + ", nothing is left for the machine's own work and the media driver",
                        "at most two spinning threads here: one shard and one client; four cores are enough")
                : ok(observed);
    }

    /** Cores' worth of time that the control group grants; a great number when it grants all. */
    private static double quota(HostTree host) {
        String[] fields = host.text("sys/fs/cgroup/cpu.max").orElse("max").split(" ");
        boolean limited = fields.length == 2 && fields[0].matches("\\d{1,15}") && fields[1].matches("[1-9]\\d{0,14}");
        return limited ? Double.parseDouble(fields[0]) / Double.parseDouble(fields[1]) : Double.MAX_VALUE;
    }
}
