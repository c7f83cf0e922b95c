package io.needletail.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The process that writes the audit trail: it allocates, and what allocates has no place beside a shard. It is started through the
 * launcher, watched, and started again when it ends before the appliance does; where it ended it goes on. When the appliance is gone,
 * however that came, it records what the ring still has and ends.
 */
final class AuditRecorder implements AutoCloseable {
    /** No consumer that the shards wait for. */
    static final int NOBODY = -1;

    private static final String PREFIX = "audit: ";
    private static final String RECORDING = PREFIX + "recording shards=";
    private static final long START_SECONDS = 60;
    private static final long AGAIN_AFTER_MS = 1_000;
    private static final long LAST_WORDS_MS = 30_000;
    private static final long LOOK_MS = 10;

    private final List<String> command;
    private final Consumer<String> log;
    private final CountDownLatch recording = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread watcher = new Thread(this::watch, "audit");
    private volatile Process process;

    /** @param gatingConsumer what shards call the recorder that they wait for, or {@link #NOBODY} */
    AuditRecorder(Path dir, int gatingConsumer, Consumer<String> log) {
        this.log = log;
        command = command(dir);
        command.addAll(List.of("--until-stdin-ends", "--gating-consumer", Integer.toString(gatingConsumer)));
    }

    private static List<String> command(Path dir) {
        Path launcher = Path.of(System.getProperty("needletail.home"), "needletail");
        return new ArrayList<>(List.of(launcher.toString(), "audit", "record", "--dir", dir.toString()));
    }

    /**
     * Before a shard attaches to its region, whose next epoch may begin where the oldest changes stand: records what the ring holds,
     * and returns.
     */
    static void recordWhatIsLeft(Path dir, Consumer<String> log) throws IOException {
        List<String> once = command(dir);
        once.addAll(List.of("--once", "--wait"));
        try {
            Process recorder = start(once);
            tell(recorder, log);
            if (recorder.waitFor() != 0) {
                throw new IOException("what changed before the last end could not be recorded, code "
                        + recorder.exitValue() + "; see the log, or set audit=lossy or audit=off");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the audit trail was completed", e);
        }
    }

    void start() {
        watcher.start();
    }

    /** Returns when it has recorded what was in the ring already. */
    void awaitRecording(Runnable meanwhile) throws IOException {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        try {
            while (!recording.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
                meanwhile.run();
                if (System.nanoTime() - untilNs >= 0) {
                    throw new IOException("the audit trail's recorder does not record after " + START_SECONDS
                            + " s; see the log, or set audit=off");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the audit trail's recorder was started", e);
        }
    }

    private void watch() {
        try {
            do {
                int code = runOnce();
                log.accept("audit: recorder ended with code " + code + (isClosing() ? "" : "; it is started again"));
            } while (!closing.await(AGAIN_AFTER_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private int runOnce() throws InterruptedException {
        try {
            Process started = start(command);
            process = started;
            tell(started, line -> {
                log.accept(line);
                if (line.startsWith(RECORDING)) {
                    recording.countDown();
                }
            });
            return started.waitFor();
        } catch (IOException e) {
            log.accept("audit: " + e.getMessage());
            return -1;
        }
    }

    private static Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("NEEDLETAIL_NO_BUILD", "1"); // it was built, or there would be no appliance
        return builder.start();
    }

    private static void tell(Process recorder, Consumer<String> log) throws IOException {
        try (BufferedReader output = recorder.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                log.accept(PREFIX + line);
            }
        }
    }

    /** Behind the shards: what they changed last is recorded still. */
    @Override
    public void close() throws IOException {
        closing.countDown();
        try {
            for (long waitedMs = 0; watcher.isAlive() && waitedMs < LAST_WORDS_MS; waitedMs += LOOK_MS) {
                if (process != null) {
                    process.getOutputStream().close(); // also of one that was started just now
                }
                watcher.join(LOOK_MS);
            }
            if (watcher.isAlive()) {
                log.accept("audit: the recorder does not end; what it has not recorded yet it records next time");
                if (process != null) {
                    process.destroyForcibly();
                }
                watcher.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
