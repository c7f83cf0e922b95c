package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import java.util.Arrays;

/**
 * Huge pages for the region, a file in /dev/shm. What counts is the mount's own {@code huge=}; the kernel's shmem_enabled is
 * for shared memory without a mount, and only its {@code force} and {@code deny} reach a mount too.
 */
public final class HugePages extends HostCheck {
    private static final String OPTION = "huge=";

    public HugePages() {
        super("hugepages", "with 4 KiB pages most gets of a region over 16 MiB also miss the TLB");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        String kernel = host.text("sys/kernel/mm/transparent_hugepage/shmem_enabled")
                .map(TransparentHugePages::chosen)
                .orElse("never");
        String mount = SharedMemory.options(host)
                .flatMap(options -> Arrays.stream(options.split(","))
                        .filter(option -> option.startsWith(OPTION))
                        .map(option -> option.substring(OPTION.length()))
                        .findFirst())
                .orElse("never");
        String observed = "/dev/shm is mounted with huge=" + mount + ", the kernel says " + kernel;
        boolean huge = kernel.equals("force")
                || (!kernel.equals("deny") && (mount.equals("always") || mount.equals("within_size")));
        return huge
                ? ok(observed)
                : warn(observed, "mount -o remount,huge=within_size /dev/shm, before the region is formatted");
    }
}
