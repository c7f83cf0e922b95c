package io.needletail.journal.snapshot;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Snapshots to be looked at, whoever takes others. */
public interface PublishedSnapshots {
    /** Oldest first. */
    List<String> names() throws IOException;

    Stored open(String name) throws IOException;

    /** One to be read. */
    interface Stored extends AutoCloseable {
        long lengthBytes();

        /**
         * Fills the memory.
         *
         * @throws IOException also when the file ends before
         */
        void read(long position, MemorySegment into) throws IOException;

        @Override
        void close() throws IOException;
    }
}
