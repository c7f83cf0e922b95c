package io.needletail.server;

import io.needletail.memory.DataSync;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Tells regions on a disk that were open when the machine went down: the kernel had written some of their pages back and others not, and
 * each of them alone looks right. A file beside the regions, forced before they are changed, says in which run of the machine they were
 * opened, or that all of them was forced when they were closed. Where there is no such file no version that makes one was there.
 */
final class RegionBoot implements AutoCloseable {
    private static final String NAME = "boot";
    private static final String FORCED = "forced";
    private static final String NOT_FORCED = "could not be forced";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path regions;

    private RegionBoot(Path regions) {
        this.regions = regions;
    }

    /**
     * Before anything in the regions is changed.
     *
     * @param isPersistent whether what is changed from here on comes to the medium by itself; what was changed before need not have
     */
    static RegionBoot open(Path regions, boolean isPersistent) throws IOException {
        RegionBoot boot = new RegionBoot(regions);
        if (isPersistent) {
            boot.close();
        } else {
            boot.say(thisRun());
        }
        return boot;
    }

    /** Whether pages of regions there may be of different moments. */
    static boolean mayBeTorn(Path regions) throws IOException {
        Path mark = regions.resolve(NAME);
        if (!Files.exists(mark)) {
            return false;
        }
        String said = Files.readString(mark).strip();
        return !said.equals(FORCED) && !said.equals(thisRun());
    }

    /** Never the same again on a system that does not say. */
    private static String thisRun() throws IOException {
        return Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "unknown " + System.nanoTime();
    }

    private void say(String what) throws IOException {
        Path unfinished = regions.resolve(NAME + ".new");
        Files.deleteIfExists(unfinished);
        try (FileChannel channel =
                        PrivateFiles.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                DataSync sync = DataSync.of(unfinished)) {
            channel.write(ByteBuffer.wrap((what + "\n").getBytes(StandardCharsets.UTF_8)));
            sync.force();
        }
        Files.move(unfinished, regions.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        DataSync.ofFolder(regions);
    }

    /** Behind the regions, when nobody changes them any more. What could not be forced is not believed by the next force that works. */
    @Override
    public void close() throws IOException {
        try {
            forceRegions();
        } catch (IOException e) {
            say(NOT_FORCED);
            throw e;
        }
        say(FORCED);
    }

    private void forceRegions() throws IOException {
        for (int shard = 0; Files.exists(regions.resolve("shard-" + shard)); shard++) {
            try (DataSync sync = DataSync.of(regions.resolve("shard-" + shard))) {
                sync.force();
            }
        }
    }
}
