package io.needletail.client;

import io.needletail.protocol.AcceptedDecoder;
import io.needletail.rdma.RemoteRegion;
import java.util.Optional;

/**
 * Where a shard's region is reached from another machine, as its session says it. The key is good for as long as the appliance runs;
 * whoever has it can read all of the shard, as who maps its region can.
 *
 * @param provider of libfabric
 * @param endpoint the appliance's, for the provider
 * @param region all of it
 * @param epoch in which the session began
 * @param leaseNs for which a shard that is alone prolongs its lease every millisecond; a read that takes longer is given up
 */
public record RemotePlace(String provider, byte[] endpoint, RemoteRegion region, long epoch, long leaseNs) {

    /** What stands behind the region's path; or none, when the region cannot be read from elsewhere. */
    static Optional<RemotePlace> from(AcceptedDecoder accepted) {
        long length = accepted.remoteLength();
        var region = new RemoteRegion(accepted.remoteAddress(), accepted.remoteKey(), Math.max(0, length));
        long epoch = accepted.epoch();
        long leaseNs = accepted.leaseNs();
        String provider = accepted.remoteProvider();
        byte[] endpoint = new byte[accepted.remoteEndpointLength()];
        accepted.getRemoteEndpoint(endpoint, 0, endpoint.length);
        return length > 0 ? Optional.of(new RemotePlace(provider, endpoint, region, epoch, leaseNs)) : Optional.empty();
    }
}
