package io.needletail.server.process;

import io.needletail.client.BlockingSession;
import io.needletail.memory.PrivateFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real appliance in a process of its own, started through the launcher as an operator would. */
final class ApplianceProcess implements AutoCloseable {
    static final long TIMEOUT_NS = 20_000_000_000L;
    static final Path HOME = Path.of(System.getProperty("needletail.home"));

    private final Path dir;
    private final boolean ownsDir;
    private final List<String> lines = new ArrayList<>();
    private final Process process;
    private final long readyAfterMs;

    private ApplianceProcess(Path dir, boolean ownsDir, List<String> arguments) throws IOException {
        this.dir = dir;
        this.ownsDir = ownsDir;
        List<String> command = new ArrayList<>(List.of("start", "--dir", dir.toString()));
        // these tests wait for no compiler and try no searches; a later setting wins
        command.addAll(List.of("--set", "warm-up=off", "--set", "batch-search=native"));
        command.addAll(arguments);
        long beginNs = System.nanoTime();
        process =
                launcher(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        awaitReady(process.inputReader());
        readyAfterMs = (System.nanoTime() - beginNs) / 1_000_000;
    }

    static ApplianceProcess start(String... settings) throws IOException {
        Path dir = Files.createTempDirectory("needletail-process");
        return new ApplianceProcess(dir, true, small(settings));
    }

    /** Starts in a folder that exists, with whatever configuration it has. */
    static ApplianceProcess startIn(Path dir, String... arguments) throws IOException {
        return new ApplianceProcess(dir, false, List.of(arguments));
    }

    static List<String> small(String... settings) {
        List<String> arguments = new ArrayList<>();
        for (String setting :
                new String[] {"keyed-slots=65536", "slab-bytes=8m", "ring-bytes=4m", "journal-file-bytes=2m"}) {
            arguments.addAll(List.of("--set", setting));
        }
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return arguments;
    }

    /** The launcher with these arguments; it builds nothing, the tree was built before the tests. */
    static ProcessBuilder launcher(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(HOME.resolve("needletail").toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("NEEDLETAIL_NO_BUILD", "1");
        return builder;
    }

    private void awaitReady(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.startsWith("ready")) {
                return;
            }
        }
        throw new IOException("the appliance ended before it was ready: " + lines);
    }

    Path dir() {
        return dir;
    }

    List<String> output() {
        return lines;
    }

    long readyAfterMs() {
        return readyAfterMs;
    }

    Path regionFile() throws IOException {
        return Files.readSymbolicLink(dir.resolve("region")).resolve("shard-0");
    }

    long pid() {
        return process.pid();
    }

    BlockingSession connect() {
        return BlockingSession.connect(dir, TIMEOUT_NS);
    }

    void kill9() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    int terminate() throws InterruptedException {
        process.destroy();
        return awaitEnd();
    }

    /** Waits until it ends by itself. */
    int awaitExit() throws InterruptedException {
        return awaitEnd();
    }

    private int awaitEnd() throws InterruptedException {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("process " + process.pid() + " did not end");
        }
        return process.exitValue();
    }

    /** Ends the process and, unless the folder is the caller's, removes everything it left. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (ownsDir) {
            remove(dir);
        }
    }

    static void remove(Path dir) throws IOException {
        Path region = dir.resolve("region");
        if (Files.isSymbolicLink(region)) {
            PrivateFiles.deleteTree(Files.readSymbolicLink(region).getParent());
        }
        PrivateFiles.deleteTree(dir);
    }
}
