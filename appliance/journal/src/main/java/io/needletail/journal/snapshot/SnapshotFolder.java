package io.needletail.journal.snapshot;

import io.needletail.memory.DataSync;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Snapshots in a folder of the file system. */
public final class SnapshotFolder implements SnapshotFiles {
    private static final String UNFINISHED = "unfinished.new";

    private final Path folder;

    /** Made when it is not there. */
    public SnapshotFolder(Path folder) throws IOException {
        this.folder = PrivateFiles.createFolder(folder);
        force(this.folder.toAbsolutePath().getParent());
        force(this.folder.toAbsolutePath().getParent().getParent());
        Files.deleteIfExists(this.folder.resolve(UNFINISHED));
    }

    @Override
    public List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(SnapshotLayout::isName)
                    .sorted()
                    .toList();
        }
    }

    @Override
    public Unfinished begin() throws IOException {
        Path path = folder.resolve(UNFINISHED);
        Files.deleteIfExists(path);
        return new Written(path);
    }

    @Override
    public Stored open(String name) throws IOException {
        FileChannel channel = FileChannel.open(folder.resolve(name), StandardOpenOption.READ);
        return new Read(name, channel, channel.size());
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
        force(folder);
    }

    /** A name is on the medium when its folder was forced. */
    private static void force(Path anyFolder) throws IOException {
        try (FileChannel channel = FileChannel.open(anyFolder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private final class Written implements Unfinished {
        private final Path path;
        private final FileChannel channel;

        Written(Path path) throws IOException {
            this.path = path;
            channel = PrivateFiles.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        @Override
        public void write(long position, MemorySegment bytes) throws IOException {
            ByteBuffer left = bytes.asByteBuffer();
            for (long at = position; left.hasRemaining(); ) {
                at += channel.write(left, at);
            }
        }

        @Override
        public void force() throws IOException {
            try (DataSync sync = DataSync.of(path)) {
                sync.force();
            }
        }

        @Override
        public void publish(String name) throws IOException {
            channel.close();
            Files.move(path, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            SnapshotFolder.force(folder);
        }

        @Override
        public void discard() {
            try {
                channel.close();
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record Read(String name, FileChannel channel, long lengthBytes) implements Stored {
        @Override
        public void read(long position, MemorySegment into) throws IOException {
            ByteBuffer left = into.asByteBuffer();
            for (long at = position; left.hasRemaining(); ) {
                int read = channel.read(left, at);
                if (read < 0) {
                    throw new SnapshotDamagedException(name + ": it ends at " + at);
                }
                at += read;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
