package io.needletail.client;

import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;

/** The requests of one connection that are not answered yet. Ids are consecutive, so a table of the window's size holds them. */
final class InFlight {
    /** 1 was the connect. */
    private static final long FIRST_ID = 2;

    private final long[] pending;
    /** Of a get by handle: what was asked for, which its answer does not say again. */
    private final long[] handles;
    /** The same of batches; made with the first. */
    private long[] batchHandles = {};

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
        handles = new long[capacity];
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

    /** The next request is a get of this handle. */
    void asks(long id, long handle) {
        handles[(int) id & mask] = handle;
    }

    /** The next request asks for these handles. */
    void asks(long id, Batch batch) {
        if (batchHandles.length == 0) {
            batchHandles = new long[pending.length * Batch.MAX_LENGTH];
        }
        int at = ((int) id & mask) * Batch.MAX_LENGTH;
        for (int i = 0; i < batch.length(); i++) {
            batchHandles[at + i] = batch.handle(i);
        }
    }

    /** The handles that a batch asked for, from {@link #firstHandleOf} on. */
    long[] batchHandles() {
        return batchHandles;
    }

    int firstHandleOf(long id) {
        return ((int) id & mask) * Batch.MAX_LENGTH;
    }

    /** The handle that a get was for; of an answer nobody waits for, anything. */
    long handleOf(long id) {
        return handles[(int) id & mask];
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
