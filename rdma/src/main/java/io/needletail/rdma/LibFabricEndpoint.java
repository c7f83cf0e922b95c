package io.needletail.rdma;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/** An endpoint of libfabric, for the thread that uses it first. */
final class LibFabricEndpoint implements Endpoint {
    static final int MOST_IN_FLIGHT = 1 << 14;
    /** libfabric's own "not now". */
    private static final long TRY_AGAIN = -11;
    /** What a closed endpoint answers: EBADF. */
    private static final int CLOSED = -9;

    private static final int COMPLETIONS = 16;
    private static final long COMPLETION_LENGTH = FabricLayouts.COMPLETION.byteSize();
    private static final long CONTEXT_OFFSET = FabricLayouts.offset(FabricLayouts.COMPLETION, "context");
    private static final long ERROR_OFFSET = FabricLayouts.offset(FabricLayouts.COMPLETION, "error");

    private final long handle;
    private final int mostParts;
    /** Closing a shared one would stop every thread of the JVM. */
    private final Arena arena = Arena.ofAuto();

    private final MemorySegment completions = arena.allocate(FabricLayouts.COMPLETION, COMPLETIONS);
    private final EndpointCounts counts = new EndpointCounts();
    private Thread owner;
    private boolean isClosed;
    private boolean isPolling;
    private int inFlightAtClose;

    LibFabricEndpoint(long handle, int mostParts) {
        this.handle = handle;
        this.mostParts = mostParts;
    }

    private boolean isOwner() {
        owner = owner == null ? Thread.currentThread() : owner;
        return owner == Thread.currentThread();
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("the endpoint is closed");
        }
    }

    @Override
    public byte[] address() {
        requireOpen();
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
        requireOpen();
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment bytes =
                    scratch.allocate(MAX_ADDRESS_LENGTH + 1); // providers read on to what they expect, or a zero
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
        assert isOwner() : "another thread's endpoint: " + owner;
        if (isClosed) {
            return CLOSED;
        }
        long region = local.handle();
        requireWithin(local, localOffset, length, remote, remoteOffset);
        try {
            long code = (long) operation.invokeExact(
                    handle,
                    local.memory().address() + localOffset,
                    length,
                    region,
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
    public int mostParts() {
        return mostParts;
    }

    @Override
    public int read(long peer, RegisteredRegion into, RemoteRegion from, ReadParts parts, long context) {
        int code = post(peer, (LibFabricRegion) into, from, parts, context);
        counts.posted(false, code);
        return code;
    }

    private int post(long peer, LibFabricRegion local, RemoteRegion remote, ReadParts parts, long context) {
        assert isOwner() : "another thread's endpoint: " + owner;
        if (isClosed) {
            return CLOSED;
        }
        long region = local.handle();
        for (int i = 0; i < parts.count(); i++) {
            requireWithin(local, parts.intoOffset(i), parts.length(i), remote, parts.fromOffset(i));
        }
        if (parts.count() < 1 || parts.count() > mostParts) {
            throw new IllegalArgumentException("parts=" + parts.count() + " of " + mostParts);
        }
        try {
            long code = (long) FabricLibrary.READ_PARTS.invokeExact(
                    handle,
                    parts.address(),
                    (long) parts.count(),
                    local.memory().address(),
                    region,
                    peer,
                    remote.address(),
                    remote.key(),
                    context);
            return code == 0 ? POSTED : code == TRY_AGAIN ? BUSY : (int) code;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        } finally {
            Reference.reachabilityFence(parts); // its memory was named by its address
        }
    }

    private static void requireWithin(
            LibFabricRegion local, long localOffset, long length, RemoteRegion remote, long remoteOffset) {
        if (!local.holds(localOffset, length) || !remote.holds(remoteOffset, length)) {
            throw new IndexOutOfBoundsException("localOffset=" + localOffset + " remoteOffset=" + remoteOffset
                    + " length=" + length + " of " + remote);
        }
    }

    @Override
    public int poll(CompletionHandler handler, int most) {
        assert isOwner() : "another thread's endpoint: " + owner;
        if (isClosed) {
            return CLOSED;
        }
        if (isPolling) {
            throw new IllegalStateException("polled from within a completion");
        }
        isPolling = true;
        try {
            int count = take(most);
            tell(handler, 0, count);
            return count;
        } finally {
            isPolling = false;
        }
    }

    private int take(int most) {
        try {
            int count = (int) (long)
                    FabricLibrary.POLL.invokeExact(handle, completions.address(), (long) Math.min(most, COMPLETIONS));
            if (count < 0) {
                counts.pollFailed();
            }
            return count;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }

    /** All of them, also when the handler throws at one: they have ended, and nothing says so again. */
    private void tell(CompletionHandler handler, int from, int count) {
        for (int i = from; i < count; i++) {
            long at = i * COMPLETION_LENGTH;
            int error = completions.get(ValueLayout.JAVA_INT, at + ERROR_OFFSET);
            counts.ended(error);
            try {
                handler.onCompletion(completions.get(ValueLayout.JAVA_LONG, at + CONTEXT_OFFSET), error);
            } catch (RuntimeException | Error e) {
                tell(handler, i + 1, count);
                throw e;
            }
        }
    }

    @Override
    public int inFlight() {
        if (isClosed) {
            return inFlightAtClose;
        }
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
        int underWay = inFlight();
        try {
            LibFabric.check("closing an endpoint", (int) FabricLibrary.ENDPOINT_CLOSE.invokeExact(handle));
            isClosed = true;
            inFlightAtClose = underWay;
            counts.abandoned(underWay);
        } catch (FabricException e) {
            throw e;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }
}
