package io.needletail.rdma;

import java.lang.foreign.MemorySegment;

/** Memory that a simulated host has registered; what is under way lands after it was closed too. */
final class SimRegion implements RegisteredRegion {
    private final SimFabric host;
    private final MemorySegment memory;
    private final Access access;
    private final RemoteRegion place;
    private boolean isOpen = true;

    SimRegion(SimFabric host, MemorySegment memory, Access access, long key) {
        this.host = host;
        this.memory = memory;
        this.access = access;
        place = new RemoteRegion(0, key, memory.byteSize());
    }

    SimFabric host() {
        return host;
    }

    boolean isOpen() {
        return isOpen;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public Access access() {
        return access;
    }

    @Override
    public RemoteRegion place() {
        return place;
    }

    @Override
    public void close() {
        isOpen = false;
    }
}
