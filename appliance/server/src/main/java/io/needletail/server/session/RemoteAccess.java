package io.needletail.server.session;

import io.needletail.rdma.RemoteRegion;

/**
 * How a shard's region is read from another machine.
 *
 * @param provider of libfabric
 * @param endpoint of this appliance, for the provider
 * @param region all of it
 */
public record RemoteAccess(String provider, byte[] endpoint, RemoteRegion region) {
    /** It is not. */
    public static final RemoteAccess NONE = new RemoteAccess("", new byte[0], new RemoteRegion(0, 0, 0));
}
