package io.needletail.server.cli;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * A media driver for one command that asks by UDP, in memory of its own; it ends with the process. An application runs one for
 * longer, beside it or inside it, and names its folder.
 */
final class ClientDriver {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private ClientDriver() {}

    /** Starts one and returns its folder. */
    static Path start() throws IOException {
        Path parent = Files.isWritable(SHARED_MEMORY)
                ? Files.createTempDirectory(SHARED_MEMORY, "needletail-client-")
                : Files.createTempDirectory("needletail-client-");
        Path folder = parent.resolve("aeron");
        MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(folder.toString())
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new BackoffIdleStrategy(100, 10, 1_000, 100_000))
                .counterValuesBufferLength(1 << 20)
                .warnIfDirectoryExists(false));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(driver, parent), "client-driver"));
        return folder;
    }

    private static void stop(MediaDriver driver, Path folder) {
        driver.close();
        try {
            PrivateFiles.deleteTree(folder);
        } catch (IOException e) {
            System.err.println("warning: " + folder + " is left behind: " + e.getMessage());
        }
    }
}
