package io.needletail.tuning.check;

import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import io.needletail.tuning.HostTree;
import io.needletail.tuning.Topology;

/** Huge pages for the region. */
public final class HugePages extends HostCheck {
    public HugePages() {
        super("hugepages", "with 4 KiB pages most gets of a region over 16 MiB also miss the TLB");
    }

    @Override
    public Finding examine(HostTree host, Topology topology) {
        long total = host.field("proc/meminfo", "HugePages_Total")
                .map(Long::parseLong)
                .orElse(0L);
        String shared = host.text("sys/kernel/mm/transparent_hugepage/shmem_enabled")
                .map(TransparentHugePages::chosen)
                .orElse("never");
        boolean transparent = shared.equals("always") || shared.equals("force") || shared.equals("within_size");
        String observed = total + " reserved, shared memory transparent: " + shared;
        if (total > 0 || transparent) {
            return ok(observed);
        }
        return warn(
                observed,
                "echo within_size > /sys/kernel/mm/transparent_hugepage/shmem_enabled, before the region is formatted");
    }
}
