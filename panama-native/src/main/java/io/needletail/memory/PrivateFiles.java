package io.needletail.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Files that only their owner can reach: 0600, in folders of 0700, from the system call that creates them. */
public final class PrivateFiles {
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFiles() {}

    public static FileChannel open(Path path, OpenOption... options) throws IOException {
        return FileChannel.open(path, Set.of(options), FILE);
    }

    /** Creates the folder and its missing parents; an existing one is taken as it is only when it is a real folder. */
    public static Path createFolder(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return path;
        }
        Files.createDirectories(path.toAbsolutePath().getParent());
        try {
            return Files.createDirectory(path, FOLDER);
        } catch (FileAlreadyExistsException e) {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                return path; // somebody was faster
            }
            throw e;
        }
    }

    /** Of the files in a folder those that are meant, in the order of their names; none when there is no folder. */
    public static List<String> names(Path folder, Predicate<String> isMeant) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(isMeant)
                    .sorted()
                    .toList();
        }
    }

    /** Takes a folder of our own back from everybody else. */
    public static void restrict(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /** Writes the whole file through a neighbour and a rename, so that a reader sees the old text or the new one. */
    public static void write(Path path, String text) throws IOException {
        Path neighbour = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(neighbour);
        try (FileChannel channel = open(neighbour, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
        Files.move(neighbour, path, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes {@code link} a symbolic link to {@code target}, replacing an older link, never a file. */
    public static void link(Path link, Path target) throws IOException {
        if (Files.isSymbolicLink(link)) {
            if (Files.readSymbolicLink(link).equals(target)) {
                return;
            }
            Files.delete(link);
        }
        Files.createSymbolicLink(link, target);
    }

    /** Deletes a folder and what is in it; links are removed, not followed. Absent is fine. */
    public static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
