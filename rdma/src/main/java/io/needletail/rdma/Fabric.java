package io.needletail.rdma;

import java.lang.foreign.MemorySegment;

/**
 * One-sided remote memory. libfabric and the simulated fabric implement it; both arrive with the mirror work. No completion
 * is a proof: only the target's processor, having validated the bytes, can say that they arrived.
 */
public interface Fabric extends AutoCloseable {
    String provider();

    /** Registers local memory for remote access; the key is fresh for every registration. */
    long register(MemorySegment memory, boolean remoteWrite);

    /** Posts a write of local bytes to a peer's registered memory; returns a code, never blocks. */
    int write(long peer, MemorySegment source, long remoteAddress, long remoteKey, long context);

    /** Posts a read of a peer's registered memory into local bytes; returns a code, never blocks. */
    int read(long peer, MemorySegment target, long remoteAddress, long remoteKey, long context);

    /** Drives progress and takes up to {@code limit} completions. */
    int poll(int limit);

    @Override
    void close();
}
