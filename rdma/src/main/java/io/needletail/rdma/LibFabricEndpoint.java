package io.needletail.rdma;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** An endpoint of libfabric, for the thread that uses it first. */
final class LibFabricEndpoint implements Endpoint {
    static final int MOST_IN_FLIGHT = 1 << 14;
    /** libfabric's own "not now". */
    private static final long TRY_AGAIN = -11;

    private static final int COMPLETIONS = 16;
    private static final long COMPLETION_LENGTH = FabricLayouts.COMPLETION.byteSize();
    private static final long CONTEXT_OFFSET = FabricLayouts.offset(FabricLayouts.COMPLETION, "context");
    private static final long ERROR_OFFSET = FabricLayouts.offset(FabricLayouts.COMPLETION, "error");

    private final long handle;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment completions = arena.allocate(FabricLayouts.COMPLETION, COMPLETIONS);
    private final EndpointCounts counts = new EndpointCounts();
    private Thread owner;
    private boolean isClosed;

    LibFabricEndpoint(long handle) {
        this.handle = handle;
    }

    private boolean isOwner() {
        owner = owner == null ? Thread.currentThread() : owner;
        return owner == Thread.currentThread() && !isClosed;
    }

    @Override
    public byte[] address() {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment address = scratch.allocate(MAX_ADDRESS_LENGTH);
            long length = (long)
                    FabricLibrary.ENDPOINT_ADDRESS.invokeExact(handle, address.address(), (long) MAX_ADDRESS_LENGTH);
            LibFabric.check("the endpoint's address", length);
            return address.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        } catch (FabricException e) {
            throw e;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }

    @Override
    public long connect(byte[] address) {
        if (address.length == 0 || address.length > MAX_ADDRESS_LENGTH) {
            throw new FabricException(
                    "an endpoint's address has 1 to " + MAX_ADDRESS_LENGTH + " bytes, not " + address.length);
        }
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment bytes = scratch.allocate(MAX_ADDRESS_LENGTH); // providers read as many as they expect
            MemorySegment.copy(address, 0, bytes, ValueLayout.JAVA_BYTE, 0, address.length);
            MemorySegment peer = scratch.allocate(ValueLayout.JAVA_LONG);
            LibFabric.check("a peer's address", (int)
                    FabricLibrary.ENDPOINT_CONNECT.invokeExact(handle, bytes.address(), peer.address()));
            return peer.get(ValueLayout.JAVA_LONG, 0);
        } catch (FabricException e) {
            throw e;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }

    @Override
    public int write(
            long peer,
            RegisteredRegion from,
            long fromOffset,
            long length,
            RemoteRegion to,
            long toOffset,
            long context) {
        int code = post(FabricLibrary.WRITE, peer, (LibFabricRegion) from, fromOffset, length, to, toOffset, context);
        counts.posted(true, code);
        return code;
    }

    @Override
    public int read(
            long peer,
            RegisteredRegion into,
            long intoOffset,
            long length,
            RemoteRegion from,
            long fromOffset,
            long context) {
        int code =
                post(FabricLibrary.READ, peer, (LibFabricRegion) into, intoOffset, length, from, fromOffset, context);
        counts.posted(false, code);
        return code;
    }

    private int post(
            MethodHandle operation,
            long peer,
            LibFabricRegion local,
            long localOffset,
            long length,
            RemoteRegion remote,
            long remoteOffset,
            long context) {
        assert isOwner() : "another thread's endpoint, or a closed one: " + owner;
        if (!local.holds(localOffset, length) || !remote.holds(remoteOffset, length)) {
            throw new IndexOutOfBoundsException("localOffset=" + localOffset + " remoteOffset=" + remoteOffset
                    + " length=" + length + " of " + remote);
        }
        try {
            long code = (long) operation.invokeExact(
                    handle,
                    local.memory().address() + localOffset,
                    length,
                    local.handle(),
                    peer,
                    remote.address() + remoteOffset,
                    remote.key(),
                    context);
            return code == 0 ? POSTED : code == TRY_AGAIN ? BUSY : (int) code;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }

    @Override
    public int poll(CompletionHandler handler, int most) {
        assert isOwner() : "another thread's endpoint, or a closed one: " + owner;
        try {
            int count = (int) (long)
                    FabricLibrary.POLL.invokeExact(handle, completions.address(), (long) Math.min(most, COMPLETIONS));
            for (int i = 0; i < count; i++) {
                long at = i * COMPLETION_LENGTH;
                int error = completions.get(ValueLayout.JAVA_INT, at + ERROR_OFFSET);
                counts.ended(error);
                handler.onCompletion(completions.get(ValueLayout.JAVA_LONG, at + CONTEXT_OFFSET), error);
            }
            return count;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }

    @Override
    public int inFlight() {
        try {
            return (int) FabricLibrary.IN_FLIGHT.invokeExact(handle);
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }

    @Override
    public EndpointCounts counts() {
        return counts;
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            LibFabric.check("closing an endpoint", (int) FabricLibrary.ENDPOINT_CLOSE.invokeExact(handle));
        } catch (FabricException e) {
            throw e;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        } finally {
            arena.close();
        }
    }
}
