package io.needletail.bench.process;

import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The folders of a verb's runs: one a run, named by its process. The newest are kept, what dead runs left is removed. */
public final class RunFolders {
    private static final String PREFIX = "run-";
    private static final String PAUSED = "paused-";
    private static final int KEPT = 10;

    private RunFolders() {}

    public static Path open(Path runs) throws IOException {
        Files.createDirectories(runs);
        prune(runs);
        return Files.createDirectories(
                runs.resolve(PREFIX + ProcessHandle.current().pid()));
    }

    private static void prune(Path runs) throws IOException {
        SharedFolders.removeOrphans();
        List<Path> dead;
        try (var folders = Files.list(runs)) {
            dead = folders.filter(RunFolders::isDead)
                    .sorted(Comparator.comparing(folder -> folder.toFile().lastModified()))
                    .toList();
        }
        for (int i = 0; i < dead.size(); i++) {
            endPaused(dead.get(i));
            removeAppliances(dead.get(i));
            if (i < dead.size() - KEPT) {
                PrivateFiles.deleteTree(dead.get(i));
            }
        }
    }

    /** Notes that a process of this run may be stopped, and so cannot notice that the run is gone. */
    public static void notePaused(Path run, long pid) throws IOException {
        Files.createFile(run.resolve(PAUSED + pid));
    }

    /** Ends what a run that was killed left stopped. The number alone may be another process's by now. */
    private static void endPaused(Path run) throws IOException {
        List<Path> notes;
        try (var files = Files.list(run)) {
            notes = files.filter(file -> file.getFileName().toString().startsWith(PAUSED))
                    .toList();
        }
        for (Path note : notes) {
            String pid = note.getFileName().toString().substring(PAUSED.length());
            Path commandLine = Path.of("/proc", pid, "cmdline");
            if (Files.exists(commandLine) && Files.readString(commandLine).contains(run.toString())) {
                letGo(Long.parseLong(pid));
            }
            Files.delete(note);
        }
    }

    /** Its input has ended: it ends itself as soon as it may run. */
    private static void letGo(long pid) throws IOException {
        try {
            ProcessSignal.CONT.send(pid);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isDead(Path folder) {
        String name = folder.getFileName().toString();
        if (!name.matches(PREFIX + "\\d{1,10}")) {
            return false;
        }
        long pid = Long.parseLong(name.substring(PREFIX.length()));
        return ProcessHandle.of(pid).isEmpty();
    }

    /** Removes a run's appliances from its folder and from shared memory; figures and histograms stay. */
    public static void removeAppliances(Path run) throws IOException {
        List<Path> folders;
        try (var children = Files.list(run)) {
            folders = children.filter(Files::isDirectory).toList();
        }
        for (Path folder : folders) {
            Path link = folder.resolve("region");
            if (Files.isSymbolicLink(link)) {
                PrivateFiles.deleteTree(Files.readSymbolicLink(link).getParent());
            }
            if (Files.isSymbolicLink(link) || Files.exists(folder.resolve("lock"))) {
                PrivateFiles.deleteTree(folder);
            }
        }
    }
}
