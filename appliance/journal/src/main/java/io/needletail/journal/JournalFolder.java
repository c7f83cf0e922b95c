package io.needletail.journal;

import io.needletail.memory.DataSync;
import io.needletail.memory.MappedFile;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A journal's files in a folder of the file system, mapped until they are closed. */
public final class JournalFolder implements JournalFiles {
    /** Left for everybody else: a file system that is full to the last block fails in other places first. */
    private static final long SPARE_BYTES = 16L << 20;

    /**
     * The kernel's page cache keeps what one call wrote as one piece if it can, up to megabytes, and a store of a line into a mapped
     * piece makes all of it dirty: forces of a file that was written a mebibyte a call took twice as long.
     */
    private static final int CHUNK = 4096;

    private final Path folder;

    /** Made when it is not there. */
    public JournalFolder(Path folder) throws IOException {
        this.folder = PrivateFiles.createFolder(folder);
        DataSync.ofFolder(this.folder.toAbsolutePath().getParent());
        DataSync.ofFolder(this.folder.toAbsolutePath().getParent().getParent());
        deleteUnfinished();
        DataSync.ofFolder(this.folder); // a name that another process left is not known to be on the medium
    }

    /** Of makings that were cut short. */
    private void deleteUnfinished() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path path : all.filter(any -> any.toString().endsWith(".new")).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public List<String> names() throws IOException {
        return PrivateFiles.names(folder, JournalLayout::isName);
    }

    /** Written whole, so that no block has to be found for it later, then renamed: who finds it finds all of it. */
    @Override
    public StoredFile create(String name, long lengthBytes, FirstBytes first) throws IOException {
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (usable < lengthBytes + SPARE_BYTES) {
            throw new IOException("not enough space in " + folder + ": needBytes=" + (lengthBytes + SPARE_BYTES)
                    + " usableBytes=" + usable);
        }
        Path unfinished = folder.resolve(name + ".new");
        Files.deleteIfExists(unfinished);
        Stored file = null;
        try {
            writeZeros(unfinished, lengthBytes);
            file = new Stored(unfinished, name);
            first.write(file.address());
            file.force();
            Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            DataSync.ofFolder(folder);
            return file;
        } catch (IOException e) {
            if (file != null) {
                file.close();
            }
            Files.deleteIfExists(unfinished);
            throw e;
        }
    }

    private static void writeZeros(Path path, long lengthBytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK);
        try (FileChannel channel = PrivateFiles.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long left = lengthBytes; left > 0; ) {
                zeros.clear().limit((int) Math.min(CHUNK, left));
                left -= channel.write(zeros);
            }
            channel.force(true); // the blocks and the length; what is in them is forced behind the header
        }
    }

    @Override
    public StoredFile open(String name) throws IOException {
        return new Stored(folder.resolve(name), name);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
        DataSync.ofFolder(folder);
    }

    /** Mapped and locked; forced by a descriptor of its own. */
    private static final class Stored implements StoredFile {
        private final String name;
        private final MappedFile mapped;
        private final DataSync sync;

        Stored(Path path, String name) throws IOException {
            this.name = name;
            mapped = MappedFile.openOwnedForAWhile(path);
            sync = DataSync.of(path);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long lengthBytes() {
            return mapped.lengthBytes();
        }

        @Override
        public long address() {
            return mapped.segment().address();
        }

        @Override
        public void force() throws IOException {
            sync.force();
        }

        @Override
        public void close() throws IOException {
            sync.close();
            mapped.close();
        }
    }
}
