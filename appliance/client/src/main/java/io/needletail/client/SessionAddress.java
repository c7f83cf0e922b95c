package io.needletail.client;

import java.nio.file.Path;

/**
 * How a client reaches an appliance: through the media driver in the appliance's folder by shared memory, or by UDP through a
 * media driver of the client's own. The messages are the same.
 */
public final class SessionAddress {
    private final Path driverFolder;
    private final UdpEndpoint udp;

    private SessionAddress(Path driverFolder, UdpEndpoint udp) {
        this.driverFolder = driverFolder;
        this.udp = udp;
    }

    /** By shared memory, on the appliance's machine. */
    public static SessionAddress of(Path applianceFolder) {
        return new SessionAddress(applianceFolder.resolve("aeron"), null);
    }

    /**
     * By UDP.
     *
     * @param driverFolder of a media driver that runs on the client's machine
     * @param endpoint the appliance's option {@code udp}; loopback only, as long as sessions are not authenticated
     */
    public static SessionAddress udp(Path driverFolder, UdpEndpoint endpoint) {
        if (!endpoint.isLoopback()) {
            throw new IllegalArgumentException(endpoint
                    + " is not a loopback address: UDP sessions are not authenticated yet and stay on one machine");
        }
        return new SessionAddress(driverFolder, endpoint);
    }

    Path driverFolder() {
        return driverFolder;
    }

    boolean isUdp() {
        return udp != null;
    }

    String requestChannel() {
        return isUdp() ? SessionProtocol.udpChannel(udp) : SessionProtocol.CHANNEL;
    }

    String bulkChannel() {
        return isUdp() ? SessionProtocol.udpBulkChannel(udp) : SessionProtocol.BULK_CHANNEL;
    }

    /** What the client listens on; by UDP at a port that the kernel chooses. */
    String replyChannel() {
        return isUdp() ? "aeron:udp?endpoint=" + udp.withPort(0) : SessionProtocol.CHANNEL;
    }

    @Override
    public String toString() {
        return isUdp() ? "udp " + udp : driverFolder.toString();
    }
}
