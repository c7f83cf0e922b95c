package io.needletail.memory.testing;

import io.needletail.memory.ForceProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the medium below a folder has, while real code works on real files there: of each file what it was when it was forced last, and
 * of each folder the names that it had when it was, or those that it has now: the system may write a folder by itself.
 */
public final class DiskShadow implements ForceProbe.Hook, AutoCloseable {
    private static final byte[] NOTHING = {};

    /** Which names there are after a loss of power. */
    public enum Names {
        /** Those that were forced. */
        FORCED,
        /** The last ones: the system wrote the folders by itself. */
        LAST,
        /** Of some folders the last ones. */
        ANY
    }

    /** A file or a folder, whatever it is called. */
    private record Node(Object fileKey, long createdMs, boolean isFolder) {
        static Node of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Node(attributes.fileKey(), attributes.creationTime().toMillis(), attributes.isDirectory());
        }
    }

    private final Path root;
    private final Map<Node, byte[]> contents = new HashMap<>();
    private final Map<Node, Map<String, Node>> names = new HashMap<>();
    private final SplittableRandom choice = new SplittableRandom(1);
    private Runnable atEvent = () -> {};
    private boolean forgetsFiles;
    private String forgottenFolder;

    /** Watches from here on; the folder itself is there for good. */
    public DiskShadow(Path root) throws IOException {
        this.root = root.toRealPath();
        checkThatFilesAreToldApart();
        names.put(Node.of(this.root), Map.of());
        ForceProbe.install(this);
    }

    /** By when they were made; a file system that does not know says when they were written. */
    private void checkThatFilesAreToldApart() throws IOException {
        Path probe = Files.write(root.resolve("probe"), NOTHING);
        Files.setLastModifiedTime(probe, FileTime.fromMillis(1));
        if (Node.of(probe).createdMs() == 1) {
            throw new IOException(root + ": its file system does not say when a file was made");
        }
        Files.delete(probe);
    }

    /** Is run before each force below the folder and behind it: there the power may go. */
    public void atEvent(Runnable event) {
        atEvent = event;
    }

    /** A bug: forces of files are not made. */
    public void forgetFiles() {
        forgetsFiles = true;
    }

    /** A bug: forces of the folder of this name are not made. */
    public void forgetFolder(String name) {
        forgottenFolder = name;
    }

    @Override
    public synchronized void beforeForce(Path what) {
        if (isBelow(what)) {
            atEvent.run();
        }
    }

    @Override
    public synchronized void afterForce(Path what) throws IOException {
        if (!isBelow(what)) {
            return;
        }
        Path path = what.toRealPath();
        if (!Files.isDirectory(path)) {
            if (!forgetsFiles) {
                contents.put(Node.of(path), Files.readAllBytes(path));
            }
        } else if (!path.getFileName().toString().equals(forgottenFolder)) {
            names.put(Node.of(path), listing(path));
        }
        atEvent.run();
    }

    private boolean isBelow(Path what) {
        try {
            return what.toRealPath().startsWith(root);
        } catch (IOException e) {
            return false; // a file that was removed meanwhile, of a test before this one
        }
    }

    private static Map<String, Node> listing(Path folder) throws IOException {
        Map<String, Node> listing = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path path : all.toList()) {
                listing.put(path.getFileName().toString(), Node.of(path));
            }
        }
        return listing;
    }

    /** Makes the files that a start finds behind a loss of power, in an empty folder. */
    public synchronized void writeTo(Path target, Names which) {
        try {
            write(Node.of(root), root, target, which);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Node folder, Path live, Path target, Names which) throws IOException {
        boolean isLast = which == Names.LAST || which == Names.ANY && choice.nextBoolean();
        boolean isThere = Files.exists(live) && Node.of(live).equals(folder); // else it was renamed since
        Map<String, Node> found = isLast && isThere ? listing(live) : names.getOrDefault(folder, Map.of());
        for (Map.Entry<String, Node> entry : found.entrySet()) {
            Path path = target.resolve(entry.getKey());
            if (entry.getValue().isFolder()) {
                Files.createDirectory(path);
                write(entry.getValue(), live.resolve(entry.getKey()), path, which);
            } else {
                Files.write(path, contents.getOrDefault(entry.getValue(), NOTHING));
            }
        }
    }

    /** Empties a folder that {@link #writeTo} filled. */
    public static void clear(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path path : all.toList()) {
                if (Files.isDirectory(path)) {
                    clear(path);
                }
                Files.delete(path);
            }
        }
    }

    @Override
    public void close() {
        ForceProbe.remove();
    }
}
