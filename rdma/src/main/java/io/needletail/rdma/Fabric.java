package io.needletail.rdma;

import java.lang.foreign.MemorySegment;

/**
 * One-sided remote memory: libfabric, or its simulated twin. No completion is a proof: only the target's processor, having validated
 * the bytes, can say that they arrived.
 */
public interface Fabric extends AutoCloseable {
    FabricDescription description();

    /** @param window operations that may be under way at a time */
    Endpoint endpoint(int window);

    /** Registers memory outside the heap, with a key of its own. It must stay for as long as the process, see {@link RegisteredRegion}. */
    RegisteredRegion register(MemorySegment memory, Access access);

    String errorText(int code);

    /** Behind its endpoints and regions. */
    @Override
    void close();
}
