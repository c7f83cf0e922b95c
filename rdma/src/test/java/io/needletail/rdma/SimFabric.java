package io.needletail.rdma;

import java.lang.foreign.MemorySegment;

/** A simulated host's way to the others: the twin of {@link LibFabric}. */
public final class SimFabric implements Fabric {
    private static final int KEY_LENGTH = 8;

    private final SimNetwork network;

    SimFabric(SimNetwork network) {
        this.network = network;
    }

    @Override
    public FabricDescription description() {
        return new FabricDescription(
                "sim", "sim", "sim", "", "1.17", 0, Long.MAX_VALUE, 0, KEY_LENGTH, SimEndpoint.MOST_PARTS, false);
    }

    @Override
    public Endpoint endpoint(int window) {
        return new SimEndpoint(this, network, window);
    }

    @Override
    public RegisteredRegion local(MemorySegment memory) {
        return register(memory, Access.LOCAL);
    }

    @Override
    public RegisteredRegion scratch(long lengthBytes) {
        return register(network.allocate(lengthBytes), Access.LOCAL);
    }

    @Override
    public RegisteredRegion readable(MemorySegment memory) {
        return register(memory, Access.REMOTE_READ);
    }

    @Override
    public RegisteredRegion ring(long lengthBytes) {
        return register(network.allocate(lengthBytes), Access.REMOTE_WRITE);
    }

    private RegisteredRegion register(MemorySegment memory, Access access) {
        SimRegion region = new SimRegion(this, memory, access, network.random().nextLong());
        network.add(region);
        return region;
    }

    @Override
    public String errorText(int code) {
        return "simulated error " + code;
    }

    @Override
    public void close() {
        network.kill(this);
    }
}
