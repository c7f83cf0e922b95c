package io.needletail.pmem;

import java.lang.foreign.MemorySegment;

/**
 * Memory whose stores survive power loss once they were flushed and fenced. The device and the simulated one implement it;
 * both arrive with the durability work, and until then no level above MEMORY is offered to anybody.
 */
public interface PersistentMemory extends AutoCloseable {
    MemorySegment segment();

    /** Starts writing the lines of a range back to the medium. Ordered only by {@link #fence()}. */
    void flush(long offset, long lengthBytes);

    /** Returns when every flush before it has reached the medium. */
    void fence();

    /** False for page cache and tmpfs: what is not on DAX is never called durable. */
    boolean isDurable();

    @Override
    void close();
}
