package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import java.util.Optional;

/** The size of /dev/shm, where regions and message buffers live. */
public final class SharedMemory extends HostCheck {
    /** The default configuration: region, ring, slab, counters, session buffers. */
    private static final long NEEDED_BYTES = 256L << 20;

    private static final long COMFORTABLE_BYTES = 2L << 30;

    public SharedMemory() {
        super("shm", "the region and every session's buffers are files there; too small, and start refuses");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        Optional<String> options = options(host);
        if (options.isEmpty()) {
            return fail("/dev/shm is not mounted", "mount -t tmpfs -o size=50% tmpfs /dev/shm");
        }
        long bytes = sizeOf(options.get(), memory(host));
        String observed = (bytes >> 20) + " MiB";
        String remedy = "mount -o remount,size=50% /dev/shm, and the same in /etc/fstab; in a container --shm-size=8g";
        if (bytes < NEEDED_BYTES) {
            return fail(observed + "; the default region needs " + (NEEDED_BYTES >> 20), remedy);
        }
        return bytes < COMFORTABLE_BYTES ? warn(observed + "; ten million entries need 2 GiB", remedy) : ok(observed);
    }

    /** The mount options of /dev/shm, when it is mounted; the last mount is the one that is seen. */
    static Optional<String> options(HostTree host) {
        return host.lines("proc/mounts").stream()
                .map(line -> line.split(" "))
                .filter(fields -> fields.length > 3 && fields[1].equals("/dev/shm"))
                .map(fields -> fields[3])
                .reduce((earlier, later) -> later);
    }

    private static long memory(HostTree host) {
        return host.field("proc/meminfo", "MemTotal")
                .filter(total -> total.matches("\\d{1,15} kB"))
                .map(total -> Long.parseLong(total.split(" ")[0]) * 1024)
                .orElse(0L);
    }

    /** The {@code size=} among mount options; without one a tmpfs takes half of the memory. */
    static long sizeOf(String options, long memoryBytes) {
        for (String option : options.split(",")) {
            if (option.matches("size=\\d{1,12}[kmg]?")) {
                String digits = option.replaceAll("[^0-9]", "");
                char unit = option.charAt(option.length() - 1);
                int shift = unit == 'k' ? 10 : unit == 'm' ? 20 : unit == 'g' ? 30 : 0;
                return Long.parseLong(digits) << shift;
            }
            if (option.matches("size=\\d{1,3}%")) {
                return memoryBytes / 100 * Long.parseLong(option.replaceAll("[^0-9]", ""));
            }
        }
        return memoryBytes / 2;
    }
}
