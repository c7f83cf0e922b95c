package io.needletail.server.session;

/** What the shard asks of the conductor; both calls only put a note into its mailbox. */
interface ControlPlane {
    /** A client wants a session on this lane. */
    void connect(SessionLane lane, ConnectRequest request);

    /** The lane has ended: say why to its client and close its publications. */
    void close(SessionLane lane);
}
