package io.needletail.server.session;

/** One large value on its way from the shard to the agent that sends it; the queues between them publish its fields. */
final class ValueRequest {
    private SessionLane lane;
    private long correlationId;
    private long handle;
    private int level;

    private long firstTriedNs;
    private long version;
    private int sent;

    void set(SessionLane newLane, long newCorrelationId, long newHandle, int newLevel) {
        lane = newLane;
        correlationId = newCorrelationId;
        handle = newHandle;
        level = newLevel;
        sent = 0;
        version = 0;
    }

    /** When the agent last got on with it; its own note. */
    void firstTriedNs(long nowNs) {
        firstTriedNs = nowNs;
    }

    long firstTriedNs() {
        return firstTriedNs;
    }

    /** Bytes of {@link #version()} that were sent. */
    int sent() {
        return sent;
    }

    void sent(int bytes) {
        sent = bytes;
    }

    long version() {
        return version;
    }

    /** A value that changed while it was sent begins anew. */
    void begin(long newVersion) {
        version = newVersion;
        sent = 0;
    }

    void release() {
        lane = null;
    }

    SessionLane lane() {
        return lane;
    }

    long correlationId() {
        return correlationId;
    }

    long handle() {
        return handle;
    }

    int level() {
        return level;
    }
}
