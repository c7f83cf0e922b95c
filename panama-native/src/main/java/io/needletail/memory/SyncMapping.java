package io.needletail.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Maps a file of a DAX file system so that lines which are written back are in it, with {@code MAP_SYNC}; the kernel refuses that
 * for every other file.
 */
public final class SyncMapping {
    private static final int EOPNOTSUPP = 95;

    private SyncMapping() {}

    /** A {@link MappedFile.Mapping}; refused with what is wrong and what to do. */
    public static MemorySegment map(Path path, FileChannel channel, long lengthBytes) throws IOException {
        if (!LibC.isAvailable()) {
            throw new IOException(path + ": there is no C library to map it with");
        }
        if (channel.size() < lengthBytes) {
            channel.write(ByteBuffer.allocate(1), lengthBytes - 1);
        }
        int descriptor = LibC.open(path.toAbsolutePath().toString());
        if (descriptor < 0) {
            throw new IOException(path + ": open failed: " + LibC.errorName(-descriptor));
        }
        long address = LibC.mapSync(descriptor, lengthBytes);
        if (address < 0) {
            LibC.close(descriptor); // of one that is mapped it stays: closing it would give up the lock that its owner
            // holds
        }
        if (address == -EOPNOTSUPP || address == -LibC.EINVAL) {
            throw new RefusedException(path + ": it is not on a DAX file system (mmap with MAP_SYNC: "
                    + LibC.errorName((int) -address) + ")");
        }
        if (address < 0) {
            throw new IOException(path + ": mmap failed: " + LibC.errorName((int) -address));
        }
        return segment(address, lengthBytes);
    }

    @SuppressWarnings("restricted") // the kernel has just mapped that much there, for the life of the process
    private static MemorySegment segment(long address, long lengthBytes) {
        return MemorySegment.ofAddress(address).reinterpret(lengthBytes);
    }

    /** The file is not where lines that are written back are kept. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }
}
