package io.needletail.tuning.check;

import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import io.needletail.tuning.HostTree;
import io.needletail.tuning.Topology;

/** The size of /dev/shm, where regions and message buffers live. */
public final class SharedMemory extends HostCheck {
    /** The default configuration: region, ring, slab, counters, session buffers. */
    private static final long NEEDED_BYTES = 256L << 20;

    private static final long COMFORTABLE_BYTES = 2L << 30;

    public SharedMemory() {
        super("shm", "the region and every session's buffers are files there; too small, and start refuses");
    }

    @Override
    public Finding examine(HostTree host, Topology topology) {
        long bytes = -1;
        for (String line : host.lines("proc/mounts")) {
            String[] fields = line.split(" ");
            if (fields.length > 3 && fields[1].equals("/dev/shm")) {
                bytes = sizeOf(fields[3], memory(host));
            }
        }
        if (bytes < 0) {
            return fail("/dev/shm is not mounted", "mount -t tmpfs -o size=50% tmpfs /dev/shm");
        }
        String observed = (bytes >> 20) + " MiB";
        String remedy = "mount -o remount,size=50% /dev/shm, and the same in /etc/fstab; in a container --shm-size=8g";
        if (bytes < NEEDED_BYTES) {
            return fail(observed + "; the default region needs " + (NEEDED_BYTES >> 20), remedy);
        }
        return bytes < COMFORTABLE_BYTES ? warn(observed + "; ten million entries need 2 GiB", remedy) : ok(observed);
    }

    private static long memory(HostTree host) {
        return host.field("proc/meminfo", "MemTotal")
                .map(total -> Long.parseLong(total.replaceAll("[^0-9]", "")) * 1024)
                .orElse(0L);
    }

    /** The {@code size=} among mount options; without one a tmpfs takes half of the memory. */
    static long sizeOf(String options, long memoryBytes) {
        for (String option : options.split(",")) {
            if (option.matches("size=\\d+[kmg]?")) {
                String digits = option.replaceAll("[^0-9]", "");
                char unit = option.charAt(option.length() - 1);
                int shift = unit == 'k' ? 10 : unit == 'm' ? 20 : unit == 'g' ? 30 : 0;
                return Long.parseLong(digits) << shift;
            }
            if (option.matches("size=\\d+%")) {
                return memoryBytes / 100 * Long.parseLong(option.replaceAll("[^0-9]", ""));
            }
        }
        return memoryBytes / 2;
    }
}
