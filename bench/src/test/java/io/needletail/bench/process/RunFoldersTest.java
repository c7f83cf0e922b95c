package io.needletail.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFoldersTest {
    private static final String DEAD_RUN = "run-999999999"; // above any process number there can be

    @TempDir
    private Path runs;

    @Test
    void shouldLetAProcessGoOnThatAKilledRunLeftStopped() throws Exception {
        Path dead = Files.createDirectory(runs.resolve(DEAD_RUN));
        Process child = new ProcessBuilder("sh", "-c", "read line", dead.toString()).start();
        try {
            signal("-STOP", child.pid());
            awaitState(child.pid(), true);
            RunFolders.notePaused(dead, child.pid());
            RunFolders.open(runs);
            awaitState(child.pid(), false);
            child.getOutputStream().close(); // as the death of its coordinator does
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldLeaveAProcessAloneThatOnlyHasTheNumber() throws Exception {
        Path dead = Files.createDirectory(runs.resolve(DEAD_RUN));
        Process stranger = new ProcessBuilder("sh", "-c", "read line", "stranger").start();
        try {
            signal("-STOP", stranger.pid());
            awaitState(stranger.pid(), true);
            RunFolders.notePaused(dead, stranger.pid());
            RunFolders.open(runs);
            assertThat(isStopped(stranger.pid())).isTrue();
            assertThat(dead.resolve("paused-" + stranger.pid())).doesNotExist();
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldKeepTheNewestTenDeadRuns() throws IOException {
        for (int i = 0; i < 14; i++) {
            Path run = Files.createDirectory(runs.resolve("run-" + (999_999_000 + i)));
            assertThat(run.toFile().setLastModified(1_000_000_000_000L + i * 1000L))
                    .isTrue();
        }
        Path latency = Files.createDirectory(runs.resolve("latency-kept"));
        RunFolders.open(runs);
        try (var left = Files.list(runs)) {
            assertThat(left.map(path -> path.getFileName().toString()).toList())
                    .contains(
                            "run-999999013",
                            "run-999999004",
                            latency.getFileName().toString())
                    .doesNotContain("run-999999000", "run-999999003")
                    .hasSize(10 + 2);
        }
    }

    private static void signal(String signal, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static boolean isStopped(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
    }

    private static void awaitState(long pid, boolean stopped) throws IOException {
        long deadlineNs = System.nanoTime() + 10_000_000_000L;
        while (isStopped(pid) != stopped) {
            assertThat(System.nanoTime()).isLessThan(deadlineNs);
            Thread.onSpinWait();
        }
    }
}
