package io.needletail.bench.tiers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory that a process really has for its region, as the kernel counts it. */
final class ResidentRegion {
    private static final String MAPPING = ".*/region/shard-\\d+$";

    private ResidentRegion() {}

    static long bytes(long pid) throws IOException {
        long kilobytes = 0;
        boolean inRegion = false;
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps"))) {
            if (line.matches("^[0-9a-f]+-[0-9a-f]+ .*")) {
                inRegion = line.matches(MAPPING);
            } else if (inRegion && line.startsWith("Rss:")) {
                kilobytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        if (kilobytes == 0) {
            throw new IOException("process " + pid + " has no region mapped");
        }
        return kilobytes * 1024;
    }
}
