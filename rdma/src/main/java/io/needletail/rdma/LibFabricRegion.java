package io.needletail.rdma;

import java.lang.foreign.MemorySegment;

/** Memory that libfabric knows. */
final class LibFabricRegion implements RegisteredRegion {
    private final long handle;
    private final MemorySegment memory;
    private final Access access;
    private final RemoteRegion place;
    private boolean isClosed;

    LibFabricRegion(long handle, MemorySegment memory, Access access, RemoteRegion place) {
        this.handle = handle;
        this.memory = memory;
        this.access = access;
        this.place = place;
    }

    /** Of the C shim; an operation with a region that was closed would read memory that is gone. */
    long handle() {
        if (isClosed) {
            throw new IllegalStateException("the registration was revoked");
        }
        return handle;
    }

    boolean holds(long offset, long length) {
        return place.holds(offset, length);
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
        if (isClosed) {
            return;
        }
        try {
            LibFabric.check("revoking a registration", (int) FabricLibrary.REGION_CLOSE.invokeExact(handle));
            isClosed = true;
        } catch (FabricException e) {
            throw e;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }
}
