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

    /** Memory outside the heap that this side writes from, and nobody else reaches. */
    RegisteredRegion local(MemorySegment memory);

    /** Fresh memory that this side reads into; never freed, as a read that was given up may land. */
    RegisteredRegion scratch(long lengthBytes);

    /**
     * Memory outside the heap that peers may read, with a key of its own. It must stay for as long as the process, see
     * {@link RegisteredRegion}.
     */
    RegisteredRegion readable(MemorySegment memory);

    /**
     * The only memory that peers may write to: fresh, zeroed, made here and never freed, so that no region can ever be it, and what
     * lands late harms nobody.
     */
    RegisteredRegion ring(long lengthBytes);

    String errorText(int code);

    /** Behind its endpoints and regions. */
    @Override
    void close();
}
