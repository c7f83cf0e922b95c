package io.needletail.bench.limits;

import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.util.function.LongSupplier;

/** Another session, which asks for what it gets or for what it does not get. Its requests go out just before those measured. */
final class Neighbour implements ResultHandler {
    private static final int POLL_LIMIT = 64;
    private static final int MANY = 1 << 20;

    private final Session session;
    private final Key key = new Key("neighbour");
    private final Key newKey = new Key();
    private final Key everything = new Key("");
    private final Value shortValue = new Value(16);
    private final Value longValue = new Value(4_000);
    private final long[] statuses = new long[Status.count()];
    private int lastStatus = Status.OK;
    private long handle;
    private long longHandle;
    private long lastHandle;
    private long made;

    Neighbour(Session session) {
        this.session = session;
        shortValue.resize(16);
        longValue.resize(longValue.capacity());
    }

    /** Its own entry, and then as many of everything as there are. */
    void fill() {
        untilOther(() -> session.put(key, shortValue), 1);
        handle = lastHandle;
        untilOther(this::putLong, 1);
        longHandle = lastHandle;
        untilOther(this::putLong, MANY);
        untilOther(this::putNew, MANY);
        untilOther(session::allocate, MANY);
    }

    private long putNew() {
        newKey.clear();
        newKey.append("new:").append(made++);
        return session.put(newKey, shortValue);
    }

    private long putLong() {
        newKey.clear();
        newKey.append("long:").append(made++);
        return session.put(newKey, longValue);
    }

    private void untilOther(LongSupplier request, int most) {
        lastStatus = Status.OK;
        for (int i = 0; i < most && lastStatus == Status.OK; i++) {
            while (request.getAsLong() < 0) {
                drain();
            }
            while (session.inFlight() > 0) {
                drain();
            }
        }
    }

    /** What it is given. */
    void get() {
        session.get(handle);
        drain();
    }

    void putOneKeyTooMany() {
        putNew();
        drain();
    }

    void putWithoutABlock() {
        session.put(key, longValue);
        drain();
    }

    void allocateOneTooMany() {
        session.allocate();
        drain();
    }

    void scanOneTooMany() {
        session.scan(everything, 0, 1);
        drain();
    }

    /** As many as may be unanswered, all the time. */
    void keepTheWindowFull() {
        drain();
        long id = 1;
        while (id > 0) {
            id = session.get(handle);
        }
    }

    /** Sends without reading: its answers fill their stream, and the shard waits for room with the rest. */
    void readNothing() {
        session.get(longHandle);
    }

    /** Takes what has come. */
    void drain() {
        if (session.poll(this, POLL_LIMIT) == Session.CLOSED) {
            throw new IllegalStateException("the neighbour's session ended: " + session.closeText());
        }
    }

    void drainAll() {
        while (session.inFlight() > 0) {
            drain();
        }
    }

    /** How often this was answered since the last time. */
    long take(int status) {
        long count = statuses[status];
        statuses[status] = 0;
        return count;
    }

    @Override
    public void onResult(long correlationId, int status, Entry entry) {
        statuses[status]++;
        lastStatus = status;
        lastHandle = entry.handle();
    }

    @Override
    public void onScanEnd(long correlationId, int status, long nextCursor) {
        statuses[status]++;
    }
}
