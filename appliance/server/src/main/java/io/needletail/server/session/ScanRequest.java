package io.needletail.server.session;

import io.needletail.registry.view.Key;

/** One scan on its way from the shard to the scan agent; the queues between them publish its fields. */
final class ScanRequest {
    private final Key prefix = new Key();
    private SessionLane lane;
    private long correlationId;
    private long cursor;
    private long maxEntries;
    private long firstTriedNs;

    void set(SessionLane newLane, long newCorrelationId, long newCursor, long newMaxEntries, Key newPrefix) {
        lane = newLane;
        correlationId = newCorrelationId;
        cursor = newCursor;
        maxEntries = newMaxEntries;
        prefix.set(newPrefix);
    }

    /** When the scan agent first had a page for it; the agent's own note. */
    void firstTriedNs(long nowNs) {
        firstTriedNs = nowNs;
    }

    long firstTriedNs() {
        return firstTriedNs;
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

    long cursor() {
        return cursor;
    }

    long maxEntries() {
        return maxEntries;
    }

    Key prefix() {
        return prefix;
    }
}
