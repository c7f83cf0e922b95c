package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Stops processes and lets them go on. */
final class Signals {
    private Signals() {}

    private static void send(String signal, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Every thread of the process has stopped when this returns. */
    static void stop(long pid) throws IOException, InterruptedException {
        send("-STOP", pid);
        awaitStopped(pid);
    }

    static void goOn(long pid) throws IOException, InterruptedException {
        send("-CONT", pid);
    }

    /** A thread that runs elsewhere stops when it next enters the kernel, which may be milliseconds after the signal was sent. */
    private static void awaitStopped(long pid) throws IOException {
        List<Path> threads;
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            threads = tasks.map(task -> task.resolve("stat")).toList();
        }
        for (Path thread : threads) {
            while (!Files.readString(thread).contains(") T ")) {
                Thread.onSpinWait();
            }
        }
    }

    /** Time that must go by for the other process, while nothing here waits for anything. */
    static void stayFor(long ns) {
        long untilNs = System.nanoTime() + ns;
        while (System.nanoTime() - untilNs < 0) {
            Thread.onSpinWait();
        }
    }
}
