package io.needletail.server.cli;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.exceptions.ActiveDriverException;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.agrona.concurrent.BackoffIdleStrategy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code needletail media-driver}: Aeron's media driver in a process of its own. */
@Command(
        name = "media-driver",
        description = {
            "Runs Aeron's media driver in the foreground; prints one line beginning 'ready' when it is.",
            "Appliances started with --set media-driver=DIR use it, and so do clients with --udp. Any other driver of"
                    + " the same Aeron version does as well, the one in C too."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail media-driver --dir /dev/shm/aeron-cache",
            "  needletail start --dir /srv/cache --set media-driver=/dev/shm/aeron-cache",
            "Exit: 0 stopped by a signal, 2 wrong usage, 4 a driver runs there."
        })
final class MediaDriverCommand implements Callable<Integer> {
    /** 8,192 counters; the default takes 48 MiB of shared memory. */
    private static final int COUNTERS_LENGTH = 1 << 20;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            required = true,
            description = "The driver's folder, in shared memory; removed at the end.")
    private Path dir;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "1: one thread for all; 3: conductor, sender and receiver (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Override
    public Integer call() throws IOException {
        if (threads != 1 && threads != 3) {
            System.err.println("error: --threads " + threads + " is neither 1 nor 3");
            return ExitCode.USAGE;
        }
        StopSignal stop = new StopSignal();
        try {
            return stop.stopped(runUntilStopped(stop));
        } finally {
            stop.abandon();
        }
    }

    private int runUntilStopped(StopSignal stop) throws IOException {
        try (MediaDriver driver = MediaDriver.launch(context())) {
            PrivateFiles.restrict(dir); // whoever can read it sees every message
            System.out.printf(
                    "ready pid=%d dir=%s threads=%d%n",
                    ProcessHandle.current().pid(), driver.aeronDirectoryName(), threads);
            stop.await();
            return ExitCode.DONE;
        } catch (ActiveDriverException e) {
            System.err.println("error: " + dir + ": a media driver runs there; stop it, or name another --dir");
            return ExitCode.REFUSED;
        }
    }

    private MediaDriver.Context context() {
        return new MediaDriver.Context()
                .aeronDirectoryName(dir.toAbsolutePath().toString())
                .threadingMode(threads == 1 ? ThreadingMode.SHARED : ThreadingMode.DEDICATED)
                .sharedIdleStrategy(idle())
                .conductorIdleStrategy(idle())
                .senderIdleStrategy(idle())
                .receiverIdleStrategy(idle())
                .counterValuesBufferLength(COUNTERS_LENGTH)
                .dirDeleteOnStart(false)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false);
    }

    private static BackoffIdleStrategy idle() {
        return new BackoffIdleStrategy(1_000, 100, 1_000, 100_000);
    }
}
