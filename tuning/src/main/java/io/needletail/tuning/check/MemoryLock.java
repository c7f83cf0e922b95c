package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;

/** How much memory a process may lock. */
public final class MemoryLock extends HostCheck {
    private static final long ENOUGH_BYTES = 1L << 30;

    public MemoryLock() {
        super("memlock", "pages that cannot be locked, or registered with an RDMA card, can be taken away");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        String line = host.lines("proc/self/limits").stream()
                .filter(l -> l.startsWith("Max locked memory"))
                .findFirst()
                .orElse("");
        String remedy = "/etc/security/limits.conf: * - memlock unlimited; for a service LimitMEMLOCK=infinity";
        if (line.isEmpty()) {
            return warn("the limit is not visible", remedy);
        }
        String soft = line.substring("Max locked memory".length()).strip().split("\\s+")[0];
        boolean enough =
                soft.equals("unlimited") || (soft.matches("\\d{1,18}") && Long.parseLong(soft) >= ENOUGH_BYTES);
        return enough ? ok("limit " + soft) : warn("limit " + soft + " bytes", remedy);
    }
}
