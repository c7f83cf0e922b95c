package io.needletail.rdma;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** An endpoint of a simulated host. */
final class SimEndpoint implements Endpoint {
    static final int CLOSED = -9;

    static final int MOST_PARTS = 4;

    private record Completion(long context, int error) {}

    /** Bytes of this side, and where the other's are. */
    private record Part(MemorySegment local, long remoteOffset) {
        boolean isIn(RemoteRegion place) {
            return place.holds(remoteOffset, local.byteSize());
        }

        SimFlight.Piece with(SimRegion region, boolean isWrite) {
            MemorySegment remote = region.memory().asSlice(remoteOffset, local.byteSize());
            return isWrite ? new SimFlight.Piece(local, remote) : new SimFlight.Piece(remote, local);
        }
    }

    private final SimFabric host;
    private final SimNetwork network;
    private final long id;
    private final int window;
    private final Deque<Completion> completions = new ArrayDeque<>();
    private final EndpointCounts counts = new EndpointCounts();
    private int inFlight;
    private boolean isOpen = true;

    SimEndpoint(SimFabric host, SimNetwork network, int window) {
        this.host = host;
        this.network = network;
        this.window = window;
        id = network.nextId();
        network.add(this);
    }

    SimFabric host() {
        return host;
    }

    long id() {
        return id;
    }

    @Override
    public byte[] address() {
        return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    }

    @Override
    public long connect(byte[] address) {
        if (address.length != Long.BYTES) {
            throw new FabricException("a simulated endpoint's address has 8 bytes, not " + address.length);
        }
        return ByteBuffer.wrap(address).getLong();
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
        int code = post(peer, true, List.of(part(from, fromOffset, length, toOffset)), to, context);
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
        int code = post(peer, false, List.of(part(into, intoOffset, length, fromOffset)), from, context);
        counts.posted(false, code);
        return code;
    }

    @Override
    public int mostParts() {
        return MOST_PARTS;
    }

    @Override
    public int read(long peer, RegisteredRegion into, RemoteRegion from, ReadParts parts, long context) {
        if (parts.count() < 1 || parts.count() > MOST_PARTS) {
            throw new IllegalArgumentException("parts=" + parts.count());
        }
        List<Part> places = new ArrayList<>();
        for (int i = 0; i < parts.count(); i++) {
            places.add(part(into, parts.intoOffset(i), parts.length(i), parts.fromOffset(i)));
        }
        int code = post(peer, false, places, from, context);
        counts.posted(false, code);
        return code;
    }

    private Part part(RegisteredRegion region, long offset, long length, long remoteOffset) {
        return new Part(local(region, offset, length), remoteOffset);
    }

    private MemorySegment local(RegisteredRegion region, long offset, long length) {
        SimRegion own = (SimRegion) region;
        if (!own.isOpen() || own.host() != host) {
            throw new IllegalStateException("the registration was revoked, or is another fabric's");
        }
        return own.memory().asSlice(offset, length);
    }

    /** What only the other side knows this side learns later, if at all. */
    private int post(long peer, boolean isWrite, List<Part> parts, RemoteRegion place, long context) {
        if (!isOpen) {
            return CLOSED;
        }
        for (Part part : parts) {
            if (!part.isIn(place)) {
                throw new IndexOutOfBoundsException(part + " of " + place);
            }
        }
        if (inFlight == window || network.isBusy()) {
            return BUSY;
        }
        inFlight++;
        SimEndpoint other = network.endpoint(peer);
        SimRegion region = network.region(place, isWrite ? Access.REMOTE_WRITE : Access.REMOTE_READ);
        boolean isReached = other != null
                && other.isOpen
                && !network.isCut(host, other.host)
                && region != null
                && region.host() == other.host
                && parts.stream().allMatch(part -> part.isIn(region.place()));
        if (!isReached) {
            network.begin(SimFlight.astray(this, peer, context, network.random()));
            return POSTED;
        }
        List<SimFlight.Piece> pieces =
                parts.stream().map(part -> part.with(region, isWrite)).toList();
        network.begin(SimFlight.of(this, peer, context, network.fate(isWrite), pieces, network.random()));
        return POSTED;
    }

    /** @param isFirst of the operation: a second one ends nothing */
    void ended(long context, int error, boolean isFirst) {
        completions.add(new Completion(context, error));
        inFlight -= isFirst ? 1 : 0;
    }

    @Override
    public int poll(CompletionHandler handler, int most) {
        if (!isOpen) {
            return CLOSED;
        }
        network.polled();
        int told = 0;
        for (; told < most && !completions.isEmpty(); told++) {
            Completion completion = completions.remove();
            counts.ended(completion.error());
            handler.onCompletion(completion.context(), completion.error());
        }
        return told;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public EndpointCounts counts() {
        return counts;
    }

    /** As the other side's fall, or the network's, does it: operations fail from here on. */
    void reset() {
        close();
    }

    @Override
    public void close() {
        if (isOpen) {
            isOpen = false;
            counts.abandoned(inFlight);
            network.reset(this);
        }
    }
}
