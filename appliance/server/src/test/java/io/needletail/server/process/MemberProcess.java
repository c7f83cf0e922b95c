package io.needletail.server.process;

import io.needletail.replication.FileMembership;
import io.needletail.server.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** An appliance that is one of a set of mirrors, in a process of its own; what it prints is kept. */
final class MemberProcess implements AutoCloseable {
    static final long PATIENCE_MS = 60_000;

    private final Path dir;
    private final int member;
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private MemberProcess(List<String> within, Path dir, int member, List<String> arguments) throws IOException {
        this.dir = dir;
        this.member = member;
        List<String> command = new ArrayList<>(List.of("start", "--dir", dir.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = ApplianceProcess.launcher(command).redirectErrorStream(true);
        builder.command().addAll(0, within);
        process = builder.start();
        Thread reader = new Thread(this::read, "member-" + member);
        reader.setDaemon(true);
        reader.start();
    }

    /** @param folder the test's: the membership and all members' folders are in it */
    static MemberProcess start(Path folder, int member, String... settings) throws IOException {
        return start(List.of(), folder, folder.resolve("member-" + member), member, settings);
    }

    /** The same by a command that runs the one behind it. */
    static MemberProcess startWithin(List<String> within, Path folder, int member, String... settings)
            throws IOException {
        return start(within, folder, folder.resolve("member-" + member), member, settings);
    }

    /** In another folder than the member's. */
    static MemberProcess startElsewhere(Path folder, int member, String... settings) throws IOException {
        return start(List.of(), folder, folder.resolve("not-member-" + member), member, settings);
    }

    private static MemberProcess start(List<String> within, Path folder, Path dir, int member, String... settings)
            throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "warm-up=off",
                "batch-search=native",
                "membership=" + folder.resolve("members"),
                "member=" + member,
                "lease=2s",
                "mirror-timeout=1500ms"));
        all.addAll(List.of(settings));
        return new MemberProcess(within, dir, member, ApplianceProcess.small(all.toArray(String[]::new)));
    }

    /** What the members of a test's folder have agreed on. */
    static FileMembership membership(Path folder) throws IOException {
        return new FileMembership(folder.resolve("members").resolve("shard-0"));
    }

    /** Until so many mirrors count. */
    static void awaitMirrors(Path folder, int count) throws IOException {
        FileMembership membership = membership(folder);
        Await.until(
                count + " mirrors",
                PATIENCE_MS,
                () -> membership.configuration().mirrorCount() == count);
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            output.lines().forEach(lines::add);
        } catch (IOException e) {
            lines.add("reading its output: " + e);
        }
    }

    /** Until a line begins so that was printed behind the first {@code from}. */
    void await(String beginning) {
        Await.until(
                beginning + " of member " + member + ", it says " + lines,
                PATIENCE_MS,
                () -> has(beginning) || !process.isAlive());
        if (!has(beginning)) {
            throw new AssertionError("member " + member + " ended: " + lines);
        }
    }

    private boolean has(String beginning) {
        return lines.stream().anyMatch(line -> line.startsWith(beginning));
    }

    MemberProcess awaitServing() {
        await("ready");
        return this;
    }

    /** It has all, which the membership may not say yet. */
    MemberProcess awaitInSync() {
        await("mirror ready");
        return this;
    }

    List<String> lines() {
        return lines;
    }

    Path dir() {
        return dir;
    }

    int member() {
        return member;
    }

    long pid() {
        return process.pid();
    }

    void kill9() throws InterruptedException {
        process.destroyForcibly();
        awaitExit();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("member " + member + " did not end: " + lines);
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (Files.exists(dir)) {
            ApplianceProcess.remove(dir);
        }
    }
}
