package io.needletail.bench.limits;

import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.session.SessionLimit;
import java.util.function.LongSupplier;

/** Another session, which asks for what it gets or for what it does not get. Its requests go out just before those measured. */
final class Neighbour implements ResultHandler {
    static final int LONG_LENGTH = 4_000;

    /** The next size of blocks. */
    static final int LONGER_LENGTH = 4_200;

    static final int LARGE_LENGTH = 60_000;

    private static final int POLL_LIMIT = 64;
    private static final int MANY = 1 << 20;

    private final Session session;
    private final Key key = new Key("neighbour");
    private final Key newKey = new Key();
    private final Key everything = new Key("");
    private final Value shortValue = valueOf(16);
    private final Value longValue = valueOf(LONG_LENGTH);
    private final Value longerValue = valueOf(LONGER_LENGTH);
    private final Value largeValue = valueOf(LARGE_LENGTH);
    private int lastStatus = Status.OK;
    private long handle;
    private long longHandle;
    private long largeHandle;
    private long lastHandle;
    private long cursor;
    private long made;
    private long fullWindows;

    Neighbour(Session session) {
        this.session = session;
    }

    private static Value valueOf(int length) {
        Value value = new Value(length);
        value.resize(length);
        return value;
    }

    /** An entry of each length, and then as much of everything as there is: no request of these finds room any more. */
    void takeAll() {
        take();
        takeLong();
        largeHandle = put("large", largeValue);
        put("longer", longerValue);
        untilOther(() -> putNew(longerValue), MANY);
        untilOther(() -> putNew(shortValue), MANY);
        untilOther(session::allocate, MANY);
    }

    /** An entry of its own. */
    void take() {
        handle = put("neighbour", shortValue);
    }

    /** A long one. */
    void takeLong() {
        longHandle = put("long", longValue);
    }

    /** Entries without a key, all of them. */
    void allocateAll() {
        untilOther(session::allocate, MANY);
    }

    long handle() {
        return handle;
    }

    long longHandle() {
        return longHandle;
    }

    private long put(String name, Value value) {
        Key named = new Key(name);
        untilOther(() -> session.put(named, value), 1);
        if (lastStatus != Status.OK) {
            throw new IllegalStateException(name + ": " + Status.name(lastStatus));
        }
        return lastHandle;
    }

    private long putNew(Value value) {
        newKey.clear();
        newKey.append("new:").append(made++);
        return session.put(newKey, value);
    }

    private void untilOther(LongSupplier request, int most) {
        lastStatus = Status.OK;
        for (int i = 0; i < most && lastStatus == Status.OK; i++) {
            while (request.getAsLong() < 0) {
                drain();
            }
            drainAll();
        }
    }

    void get() {
        session.get(handle);
        drain();
    }

    void getLong() {
        session.get(longHandle);
        drain();
    }

    void put() {
        session.put(key, shortValue);
        drain();
    }

    void putOneKeyTooMany() {
        putNew(shortValue);
        drain();
    }

    /** Of its size there are blocks. */
    void putLong() {
        session.put(longHandle, longValue);
        drain();
    }

    void putWithoutABlock() {
        session.put(handle, longerValue);
        drain();
    }

    void allocateOneTooMany() {
        session.allocate();
        drain();
    }

    /** One after the other. */
    void scanOne() {
        if (session.inFlight() == 0) {
            session.scan(everything, 0, 1);
        }
        drain();
    }

    void scanOneTooMany() {
        session.scan(everything, 0, 1);
        drain();
    }

    /** One after the other, each as long as a page can be. */
    void scanAPage() {
        if (session.inFlight() == 0) {
            session.scan(everything, cursor, MANY);
        }
        drain();
    }

    /** As many as may wait. */
    void getAFewLarge() {
        getLarge(SessionLimit.LARGE_VALUES);
    }

    /** More than may wait. */
    void getSeveralLarge() {
        getLarge(2 * SessionLimit.LARGE_VALUES);
    }

    private void getLarge(int atOnce) {
        if (session.inFlight() < atOnce) {
            session.get(largeHandle);
        }
        drain();
    }

    /** One less than may be unanswered, all the time. */
    void keepTheWindowNearlyFull() {
        drain();
        boolean hasRoom = true;
        while (hasRoom && session.inFlight() < session.limits().maxInFlight() - 1) {
            hasRoom = send();
        }
    }

    /** As many as may be unanswered, all the time, and one more that is not sent. */
    void keepTheWindowFull() {
        drain();
        boolean hasRoom = true;
        while (hasRoom) {
            hasRoom = send();
        }
    }

    private boolean send() {
        long id = session.get(handle);
        fullWindows += id == Session.WINDOW_FULL ? 1 : 0;
        return id > 0;
    }

    /** How often a request was not sent because as many as may be were unanswered. */
    long fullWindows() {
        return fullWindows;
    }

    /** Sends without reading: its answers fill their stream, and the shard waits for room with the rest. */
    void readNothing() {
        session.get(longHandle);
    }

    /** Takes what has come. */
    private void drain() {
        if (session.poll(this, POLL_LIMIT) == Session.CLOSED) {
            throw new IllegalStateException("the neighbour's session ended: " + session.closeText());
        }
    }

    void drainAll() {
        while (session.inFlight() > 0) {
            drain();
        }
    }

    @Override
    public void onResult(long correlationId, int status, Entry entry) {
        lastStatus = status;
        lastHandle = entry.handle();
    }

    @Override
    public void onScanEnd(long correlationId, int status, long nextCursor) {
        cursor = status == Status.OK ? nextCursor : 0;
    }
}
