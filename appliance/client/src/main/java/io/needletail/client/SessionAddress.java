package io.needletail.client;

import java.nio.file.Path;

/**
 * How a client reaches an appliance: through the media driver in the appliance's folder by shared memory, or by UDP through a
 * media driver of the client's own; or whichever of several that mirror each other is the primary. The messages are the same.
 */
public final class SessionAddress {
    private final Path driverFolder;
    private final UdpEndpoint udp;

    /** Of members of which one is the primary at a time; else null. */
    private final Path membership;

    private SessionAddress(Path driverFolder, UdpEndpoint udp, Path membership) {
        this.driverFolder = driverFolder;
        this.udp = udp;
        this.membership = membership;
    }

    /** By shared memory, on the appliance's machine. */
    public static SessionAddress of(Path applianceFolder) {
        return new SessionAddress(applianceFolder.resolve("aeron"), null, null);
    }

    /**
     * By shared memory, to the primary of appliances on this machine that mirror each other: every connection, the first one and those behind it, goes to the one
     * that is it then. What it takes to find it is part of the time-out.
     *
     * @param membership their folder, as their option {@code membership} names it
     */
    public static SessionAddress ofPrimary(Path membership) {
        return new SessionAddress(null, null, membership);
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
        return new SessionAddress(driverFolder, endpoint, null);
    }

    /** Asked for with every connection. */
    Path driverFolder() {
        return membership == null
                ? driverFolder
                : PrimaryPlace.read(membership).folder().resolve("aeron");
    }

    /** Whether another try may find another appliance. */
    boolean isOfPrimary() {
        return membership != null;
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
        return isUdp() ? "udp " + udp : membership != null ? "the primary of " + membership : driverFolder.toString();
    }
}
