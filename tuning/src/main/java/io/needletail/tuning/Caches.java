package io.needletail.tuning;

import io.needletail.memory.HostTree;

/**
 * Sizes of the first core's data caches in bytes; the usual ones where the kernel does not say.
 *
 * @param level1 data cache of a core
 * @param level2 cache of a core
 * @param level3 cache that cores share, 0 where there is none
 */
public record Caches(long level1, long level2, long level3) {
    private static final String FOLDER = "sys/devices/system/cpu/cpu0/cache";

    public static Caches of(HostTree host) {
        long[] bytes = {0, 32 << 10, 1 << 20, 0};
        for (String index : host.names(FOLDER)) {
            String folder = FOLDER + "/" + index;
            long level = host.number(folder + "/level");
            String type = host.text(folder + "/type").orElse("");
            String size = host.text(folder + "/size").orElse("");
            if (level >= 1 && level <= 3 && !type.equals("Instruction") && size.matches("\\d+[KM]")) {
                long number = Long.parseLong(size.substring(0, size.length() - 1));
                bytes[(int) level] = number << (size.endsWith("K") ? 10 : 20);
            }
        }
        return new Caches(bytes[1], bytes[2], bytes[3]);
    }

    String describe() {
        return "L1d " + (level1 >> 10) + " KiB, L2 " + (level2 >> 10) + " KiB, L3 " + (level3 >> 10) + " KiB";
    }
}
