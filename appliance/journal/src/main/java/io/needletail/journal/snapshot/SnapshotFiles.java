package io.needletail.journal.snapshot;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The folder that a shard's snapshots lie in, for the one who takes them. The simulated twin loses and tears what was not forced. */
public interface SnapshotFiles extends PublishedSnapshots {
    /**
     * Begins one; what an earlier beginning left is removed. Nobody finds it before it is published.
     *
     * @throws IOException also when it would leave too little room for others
     */
    Unfinished begin(long lengthBytes) throws IOException;

    /** Returns when it is gone for good. */
    void delete(String name) throws IOException;

    /** One that is being written, by one thread. */
    interface Unfinished {
        void write(long position, MemorySegment bytes) throws IOException;

        /** Returns when everything written is on the medium. */
        void force() throws IOException;

        /** Gives it its name; when this returns, that survives loss of power too. */
        void publish(String name) throws IOException;

        /** Leaves nothing behind. */
        void discard();
    }
}
