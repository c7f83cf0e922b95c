package io.needletail.journal.snapshot;

import io.needletail.memory.DataSync;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Snapshots in a folder of the file system. */
public final class SnapshotFolder extends KeptSnapshots implements SnapshotFiles {
    private static final String UNFINISHED = "unfinished.new";

    private final long spareBytes;

    /**
     * Made when it is not there.
     *
     * @param spareBytes left for others: the journal must not find the room taken
     */
    public SnapshotFolder(Path folder, long spareBytes) throws IOException {
        super(PrivateFiles.createFolder(folder));
        this.spareBytes = spareBytes;
        DataSync.ofFolder(folder.toAbsolutePath().getParent());
        DataSync.ofFolder(folder.toAbsolutePath().getParent().getParent());
        Files.deleteIfExists(folder.resolve(UNFINISHED));
        DataSync.ofFolder(folder); // a name that another process left is not known to be on the medium
    }

    @Override
    public Unfinished begin(long lengthBytes) throws IOException {
        Path path = folder().resolve(UNFINISHED);
        Files.deleteIfExists(path);
        long usable = Files.getFileStore(folder()).getUsableSpace();
        if (usable < lengthBytes + spareBytes) {
            throw new IOException("not enough space in " + folder() + ": needBytes=" + (lengthBytes + spareBytes)
                    + " usableBytes=" + usable);
        }
        return new Written(path);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder().resolve(name));
        DataSync.ofFolder(folder());
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
            Files.move(path, folder().resolve(name), StandardCopyOption.ATOMIC_MOVE);
            DataSync.ofFolder(folder());
        }

        @Override
        public void discard() {
            try (channel) {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                return; // the next beginning removes it, or says why it cannot
            }
        }
    }
}
