package io.needletail.rdma;

import java.lang.foreign.MemorySegment;

/**
 * Memory that a fabric knows. Closing it revokes the registration, which is hygiene and no fence: bytes of a write that was under
 * way may land later, so the memory itself must stay, and is never read as what it was.
 */
public interface RegisteredRegion extends AutoCloseable {
    MemorySegment memory();

    Access access();

    /** For a peer. */
    RemoteRegion place();

    @Override
    void close();
}
