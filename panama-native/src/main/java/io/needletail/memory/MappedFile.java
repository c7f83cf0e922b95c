package io.needletail.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file mapped whole. The owner maps it read-write for as long as the process lives and holds the file's exclusive lock;
 * a reader maps it read-only in an arena of its own and may close it. Confine a reader's instance to one thread.
 */
public final class MappedFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final MemorySegment segment;
    private final Arena arena;

    private MappedFile(Path path, FileChannel channel, MemorySegment segment, Arena arena) {
        this.path = path;
        this.channel = channel;
        this.segment = segment;
        this.arena = arena;
    }

    /** How an owner maps a file, for the life of the process. */
    @FunctionalInterface
    public interface Mapping {
        /** As the kernel maps any file. */
        Mapping PLAIN = (path, channel, lengthBytes) ->
                channel.map(FileChannel.MapMode.READ_WRITE, 0, lengthBytes, Arena.global());

        /**
         * @param channel of the file, which may be shorter than what is mapped: then it becomes as long
         */
        MemorySegment map(Path path, FileChannel channel, long lengthBytes) throws IOException;
    }

    /**
     * Creates the file with 0600 and {@code lengthBytes} of zeros, locked; fails when it exists or does not fit. In a file
     * system of huge pages file and mapping are as much longer as the last page is.
     */
    public static MappedFile create(Path path, long lengthBytes) throws IOException {
        return create(path, lengthBytes, Mapping.PLAIN);
    }

    /** The same with a mapping of the caller's. */
    public static MappedFile create(Path path, long lengthBytes, Mapping mapping) throws IOException {
        FileStore store = Files.getFileStore(path.toAbsolutePath().getParent());
        Optional<HugePageStore> huge = HugePageStore.of(store);
        if (huge.isPresent()) {
            return createHuge(path, lengthBytes, huge.get(), mapping);
        }
        long usable = store.getUsableSpace();
        if (store.type().equals("tmpfs")) {
            usable = Math.min(usable, availableMemory()); // a tmpfs promises more than the machine has
        }
        if (usable < lengthBytes) {
            throw new IOException("not enough space for " + path + ": needBytes=" + lengthBytes + " usableBytes="
                    + usable + "; make the file system larger or the region smaller");
        }
        return createNew(path, lengthBytes, mapping);
    }

    private static MappedFile createHuge(Path path, long lengthBytes, HugePageStore huge, Mapping mapping)
            throws IOException {
        if (huge.freeBytes() < huge.roundUp(lengthBytes)) {
            throw new IOException("not enough huge pages for " + path + ": need=" + huge.pages(lengthBytes) + " free="
                    + huge.freeBytes() / huge.pageBytes() + " of " + huge.pageBytes() + " bytes; set more aside:"
                    + " echo N > /sys/kernel/mm/hugepages/hugepages-" + huge.pageBytes() / 1024 + "kB/nr_hugepages");
        }
        return createNew(path, huge.roundUp(lengthBytes), mapping);
    }

    private static MappedFile createNew(Path path, long lengthBytes, Mapping mapping) throws IOException {
        FileChannel channel = PrivateFiles.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return own(path, channel, lengthBytes, mapping);
    }

    /** What the kernel says could be used without swapping, less a tenth for everything else. */
    private static long availableMemory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                long kilobytes = Long.parseLong(line.replaceAll("[^0-9]", ""));
                return kilobytes * 1024 / 10 * 9;
            }
        }
        return Long.MAX_VALUE; // a kernel that does not say
    }

    /** Opens an existing file for its one owner, locked. */
    public static MappedFile openOwned(Path path) throws IOException {
        return openOwned(path, Mapping.PLAIN);
    }

    /** The same with a mapping of the caller's. */
    public static MappedFile openOwned(Path path, Mapping mapping) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return own(path, channel, channel.size(), mapping);
    }

    /** The same for one that is given up long before the process ends, by whatever thread: nobody may read it behind the close. */
    public static MappedFile openOwnedForAWhile(Path path) throws IOException {
        return openOwned(path, Arena.ofShared());
    }

    /** The same for a moment: the mapping goes with the close, on the same thread. */
    public static MappedFile openBriefly(Path path) throws IOException {
        return openOwned(path, Arena.ofConfined());
    }

    private static MappedFile openOwned(Path path, Arena arena) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            throw new FileInUseException(path);
        }
        MemorySegment segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
        return new MappedFile(path, channel, segment, arena);
    }

    private static MappedFile own(Path path, FileChannel channel, long lengthBytes, Mapping mapping)
            throws IOException {
        if (!tryLock(channel)) {
            channel.close();
            throw new FileInUseException(path);
        }
        try {
            return new MappedFile(path, channel, mapping.map(path, channel, lengthBytes), null);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Maps an existing file read-only. */
    public static MappedFile openReadOnly(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined();
        try {
            MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new MappedFile(path, channel, segment, arena);
        } catch (IOException | RuntimeException e) {
            arena.close();
            channel.close();
            throw e;
        }
    }

    /** Maps the beginning of an existing file that is somebody else's read-write: for a line there that belongs to this process. */
    public static MappedFile openShared(Path path, long lengthBytes) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined();
        try {
            if (channel.size() < lengthBytes) {
                throw new IOException(path + " is shorter than " + lengthBytes + " bytes");
            }
            MemorySegment segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, lengthBytes, arena);
            return new MappedFile(path, channel, segment, arena);
        } catch (IOException | RuntimeException e) {
            arena.close();
            channel.close();
            throw e;
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process: in use all the same
        }
    }

    /**
     * Forces the file with its length and its blocks. By its own channel: whoever opens the file again in this process, and closes that, gives
     * up the lock.
     */
    public void force() throws IOException {
        channel.force(true);
    }

    public Path path() {
        return path;
    }

    public MemorySegment segment() {
        return segment;
    }

    public long lengthBytes() {
        return segment.byteSize();
    }

    /** A reader's mapping goes at once; an owner's stays for the life of the process and only the lock is given up. */
    @Override
    public void close() throws IOException {
        if (arena != null && arena.scope().isAlive()) {
            arena.close();
        }
        channel.close();
    }

    /** The file's exclusive lock is held by somebody else. */
    public static final class FileInUseException extends IOException {
        private static final long serialVersionUID = 1L;

        FileInUseException(Path path) {
            super("in use by another process: " + path);
        }
    }
}
