package io.needletail.pmem;

/**
 * What makes stores to mapped memory survive power loss: write their lines back, then fence. Which memory is behind it is decided
 * when it is mapped. For any thread: a fence covers what its own thread has flushed.
 */
public interface PersistentMemory {
    /** Begins to write back the lines that a range touches. Ordered by {@link #fence()} only. */
    void flush(long address, long lengthBytes);

    /** Returns when everything that this thread has flushed is on the medium. */
    void fence();

    /** Whether it only does as if: then no loss of power is survived, and whoever is asked says so. */
    boolean isEmulated();
}
