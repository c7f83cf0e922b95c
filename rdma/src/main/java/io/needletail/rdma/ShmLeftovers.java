package io.needletail.rdma;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process that had this one's number left in shared memory when it was killed: the provider {@code shm} names its files by the number
 * ({@code PID:UID:N}), finds them there, takes their owner for alive, and opens nothing (EBUSY).
 */
final class ShmLeftovers {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static boolean areRemoved;

    private ShmLeftovers() {}

    /** Before this process has any of its own; later calls do nothing. */
    static synchronized void removeOnce() {
        if (!areRemoved) {
            areRemoved = true;
            remove(SHARED_MEMORY, ProcessHandle.current().pid());
        }
    }

    static void remove(Path folder, long pid) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, pid + ":*")) {
            for (Path file : found) {
                if (file.getFileName().toString().matches("\\d+:\\d+:\\d+")) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            // another user's, or no such folder: opening says what is in the way
            assert e != null;
        }
    }
}
