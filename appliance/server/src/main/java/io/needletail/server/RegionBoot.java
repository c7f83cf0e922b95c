package io.needletail.server;

import io.needletail.memory.DataSync;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells regions on a disk that were open when the machine went down: the kernel had written some of their pages back and others not, and
 * each of them alone looks right. A file beside the regions says in which run of the machine they were opened, or that all of them was
 * forced when they were closed.
 */
final class RegionBoot implements AutoCloseable {
    private static final String NAME = "boot";
    private static final String FORCED = "forced";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path regions;

    private RegionBoot(Path regions) {
        this.regions = regions;
    }

    /** Before anything in the regions is changed. */
    static RegionBoot open(Path regions) throws IOException {
        RegionBoot boot = new RegionBoot(regions);
        boot.say(thisRun());
        return boot;
    }

    /** Whether pages of regions there may be of different moments. */
    static boolean mayBeTorn(Path regions) throws IOException {
        Path mark = regions.resolve(NAME);
        String said = Files.exists(mark) ? Files.readString(mark).strip() : "";
        return !said.equals(FORCED) && !said.equals(thisRun());
    }

    private static String thisRun() throws IOException {
        return Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "of a system that does not say";
    }

    private void say(String what) throws IOException {
        PrivateFiles.write(regions.resolve(NAME), what + "\n");
        try (DataSync sync = DataSync.of(regions.resolve(NAME))) {
            sync.force();
        }
        DataSync.ofFolder(regions);
    }

    /** Behind the regions, when nobody changes them any more. */
    @Override
    public void close() throws IOException {
        for (int shard = 0; Files.exists(regions.resolve("shard-" + shard)); shard++) {
            try (DataSync sync = DataSync.of(regions.resolve("shard-" + shard))) {
                sync.force();
            }
        }
        say(FORCED);
    }
}
