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
 * @param hasRetryEntry false when it wants to repeat requests and there is no room for another such client
 */
record ConnectRequest(
        long correlationId,
        long protocolVersion,
        int replyStreamId,
        int replyPort,
        long clientPid,
        String namespace,
        boolean hasRetryEntry) {}
