package io.needletail.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A child process of a run; ours are started through the launcher, which owns the JVM flags. */
public final class RoleProcess implements AutoCloseable {
    private static final String END = "";

    private static final Set<RoleProcess> RUNNING = ConcurrentHashMap.newKeySet();

    private final String name;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread reader;
    private volatile boolean paused;

    private RoleProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        reader = new Thread(this::readLines, "output of " + name);
        reader.setDaemon(true);
        reader.start();
        RUNNING.add(this);
    }

    /** Ends every process that still runs, paused ones too: for the hook of a run that was interrupted. */
    public static void endAll() {
        RUNNING.forEach(RoleProcess::close);
    }

    /** Holds the process still (SIGSTOP), while it is somebody else's turn to have its core. */
    public void pause() throws IOException, InterruptedException {
        paused = true;
        if (!ProcessSignal.STOP.send(pid())) {
            throw new IOException(name + " has ended: pid=" + pid());
        }
    }

    public void resume() throws IOException, InterruptedException {
        if (!ProcessSignal.CONT.send(pid())) {
            throw new IOException(name + " has ended: pid=" + pid());
        }
        paused = false;
    }

    public static RoleProcess start(String name, List<String> arguments) throws IOException {
        return start(name, arguments, Map.of());
    }

    /** @param environment variables beside those of this process */
    public static RoleProcess start(String name, List<String> arguments, Map<String, String> environment)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("needletail.home"), "needletail").toString());
        command.addAll(arguments);
        return command(name, command, environment);
    }

    /** A program that is not ours, or not in Java. */
    public static RoleProcess command(String name, List<String> command) throws IOException {
        return command(name, command, Map.of());
    }

    private static RoleProcess command(String name, List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new RoleProcess(name, builder.start());
    }

    private void readLines() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line.isEmpty() ? " " : line);
            }
        } catch (IOException e) {
            lines.add("output lost: " + e.getMessage());
        } finally {
            lines.add(END);
        }
    }

    /** Waits for a line that begins with a word; the process must not end before. */
    public String await(String word, long timeoutSeconds) throws InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        while (true) {
            String line = lines.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new IllegalStateException(name + " did not say '" + word + "' within " + timeoutSeconds + " s");
            }
            if (line.equals(END)) {
                throw new IllegalStateException(name + " ended with exit code " + process.waitFor());
            }
            if (line.startsWith(word)) {
                return line;
            }
        }
    }

    public void tell(String word) throws IOException {
        process.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    public long pid() {
        return process.pid();
    }

    public int awaitExit(long timeoutSeconds) throws InterruptedException {
        if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " did not end within " + timeoutSeconds + " s");
        }
        return process.exitValue();
    }

    /** Ends the process if it still runs: politely, then not. */
    @Override
    public void close() {
        RUNNING.remove(this);
        process.destroy();
        try {
            if (paused) {
                ProcessSignal.CONT.send(pid()); // a stopped process does not hear that it should end
            }
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            System.err.println("while stopping " + name + ": " + e.getMessage());
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
