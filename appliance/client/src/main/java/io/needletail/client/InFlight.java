package io.needletail.client;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;

/** The requests of one connection that are not answered yet. Ids are consecutive, so a table of the window's size holds them. */
final class InFlight {
    /** 1 was the connect. */
    private static final long FIRST_ID = 2;

    private final long[] pending;
    private final int mask;
    private final int limit;
    private long nextId;
    private int count;

    InFlight(int limit) {
        this(limit, FIRST_ID);
    }

    /** Ids go on from {@code firstId}, for a client that is known to the appliance from an earlier connection. */
    InFlight(int limit, long firstId) {
        nextId = Math.max(FIRST_ID, firstId);
        assert limit > 0 : "limit=" + limit;
        this.limit = limit;
        int capacity = Integer.highestOneBit(Math.max(1, limit * 2 - 1));
        pending = new long[capacity];
        mask = capacity - 1;
    }

    /** The id the next request would get; 0 when the window is full. */
    long next() {
        return count < limit && pending[(int) nextId & mask] == 0 ? nextId : 0;
    }

    void sent() {
        assert next() != 0 : "the window is full: count=" + count;
        pending[(int) nextId & mask] = nextId;
        nextId++;
        count++;
    }

    /** Whether an old request can be sent again under its id: nothing of its place in the table is unanswered. */
    boolean canRepeat(long id) {
        return id >= FIRST_ID && id < nextId && count < limit && pending[(int) id & mask] == 0;
    }

    void repeated(long id) {
        assert canRepeat(id) : "id=" + id + " nextId=" + nextId;
        pending[(int) id & mask] = id;
        count++;
    }

    /** The id after the last that was used. */
    long nextId() {
        return nextId;
    }

    /** False for an answer nobody waits for. */
    boolean answered(long id) {
        int index = (int) id & mask;
        if (id == 0 || pending[index] != id) {
            return false;
        }
        pending[index] = 0;
        count--;
        return true;
    }

    int count() {
        return count;
    }

    /** Reports everything that is still unanswered, oldest first. */
    void failAll(ResultHandler handler, Entry entry) {
        for (long id = nextId - pending.length; id < nextId; id++) {
            if (id > 0 && answered(id)) {
                handler.onResult(id, Status.UNKNOWN, entry);
            }
        }
    }
}
