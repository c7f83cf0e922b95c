package io.needletail.server.session;

/**
 * What a client said when it connected.
 *
 * @param correlationId of the connect
 * @param protocolVersion the client speaks
 * @param replyStreamId where it listens
 * @param replyPort by UDP the port where it listens, else 0
 * @param clientPid its process
 * @param namespace it wants, empty for the one without a name
 * @param clientIdHigh with {@code clientIdLow} who it is, to repeat requests; both 0 when it repeats nothing
 */
record ConnectRequest(
        long correlationId,
        long protocolVersion,
        int replyStreamId,
        int replyPort,
        long clientPid,
        String namespace,
        long clientIdHigh,
        long clientIdLow) {
    boolean repeats() {
        return (clientIdHigh | clientIdLow) != 0;
    }
}
