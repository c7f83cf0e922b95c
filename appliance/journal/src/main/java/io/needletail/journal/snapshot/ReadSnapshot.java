package io.needletail.journal.snapshot;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A snapshot's file, open for reading. */
record ReadSnapshot(String name, FileChannel channel, long lengthBytes) implements PublishedSnapshots.Stored {
    static ReadSnapshot open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        return new ReadSnapshot(path.getFileName().toString(), channel, channel.size());
    }

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
