package io.needletail.server.session;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.RetryTable;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.Status;

/**
 * Sessions whose clients repeat requests after a lost connection. Says of a request whether it is to be done, and what to answer
 * when it was decided before. For the shard's thread.
 */
final class RetrySessions {
    private final ShardEngine engine;
    private final RetryTable table;
    private final SessionLane[] lanes;

    RetrySessions(ShardEngine engine) {
        this.engine = engine;
        table = engine.registry().retries();
        lanes = new SessionLane[table.count()];
    }

    /** What a client is told of its last request when it was not known: it is new, or its entry was given to another one. */
    static final long UNKNOWN_CLIENT = -1;

    /** Whether the client has an entry. */
    boolean isKnown(long clientHigh, long clientLow) {
        return table.find(clientHigh, clientLow) != RetryTable.NONE;
    }

    /** The client's entry, or {@link RetryTable#NONE} when there is none to be had. */
    int register(long clientHigh, long clientLow) {
        return engine.registerClient(clientHigh, clientLow);
    }

    /** The lane that has the entry now, or null. */
    SessionLane laneOf(int entry) {
        return lanes[entry];
    }

    void attach(int entry, SessionLane lane, boolean wasKnown) {
        assert lanes[entry] == null : "entry=" + entry + " is in use";
        lanes[entry] = lane;
        table.connected(entry, true);
        lane.repeats(entry, wasKnown ? table.lastRequest(entry) : UNKNOWN_CLIENT);
    }

    void detach(SessionLane lane) {
        int entry = lane.retryEntry();
        if (entry != RetryTable.NONE && lanes[entry] == lane) {
            lanes[entry] = null;
            table.connected(entry, false);
        }
    }

    /**
     * Decides about a change.
     *
     * @return OK when it is to be done, between {@link #begin} and {@link #end}, else the status to answer with {@code into}
     */
    int decide(SessionLane lane, long request, Entry into) {
        int entry = lane.retryEntry();
        if (entry == RetryTable.NONE) {
            return Status.OK;
        }
        if (request <= 0 || request > RetryLayout.MAX_REQUEST) {
            return Status.INVALID_REQUEST;
        }
        if (request > lane.repeatsUpTo()) {
            return Status.OK;
        }
        boolean applied = request <= table.lastRequest(entry) && table.wasApplied(entry, request);
        boolean isLast = applied && request == table.lastRequest(entry);
        into.value().clear();
        into.identify(isLast ? table.lastHandle(entry) : Handle.NULL, isLast ? table.lastVersion(entry) : 0);
        return applied ? Status.DONE_BEFORE : Status.REFUSED_BEFORE;
    }

    void begin(SessionLane lane, long request) {
        if (lane.retryEntry() != RetryTable.NONE) {
            engine.beginRequest(lane.retryEntry(), request);
        }
    }

    void end(SessionLane lane) {
        if (lane.retryEntry() != RetryTable.NONE) {
            engine.endRequest();
        }
    }
}
