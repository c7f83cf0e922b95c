package io.needletail.server.session;

/** What the shard asks of the conductor; both calls only put a note into its mailbox. */
interface ControlPlane {
    /** A client wants a session on this lane; without the entry in the retry table that it needs it is refused. */
    void connect(
            SessionLane lane,
            long correlationId,
            long protocolVersion,
            int replyStreamId,
            long clientPid,
            boolean hasRetryEntry);

    /** The lane has ended: say why to its client and close its publications. */
    void close(SessionLane lane);
}
