package io.needletail.tuning.check;

import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import io.needletail.tuning.HostTree;
import io.needletail.tuning.Topology;

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
    public Finding examine(HostTree host, Topology topology) {
        int cores = topology.cpus().size();
        String observed = cores + " cores online";
        if (cores < 2) {
            return fail(observed + "; profile latency needs two", "start with --profile development, or add cores");
        }
        return cores < COMFORTABLE
                ? warn(
                        observed + "; nothing is left for the machine's own work and the media driver",
                        "at most two spinning threads here: one shard and one client; four cores are enough")
                : ok(observed);
    }
}
