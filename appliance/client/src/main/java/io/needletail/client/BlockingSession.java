package io.needletail.client;

import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Cache;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One request at a time over a {@link Session}, waiting for each answer. The wait spins on the calling thread, at most the
 * timeout; a request that got no answer in time is {@link Status#UNKNOWN}. A session that has ended throws
 * {@link SessionException}. For one thread; call something, or {@link #ping()}, at least every half of the liveness timeout.
 */
public final class BlockingSession implements Cache, AutoCloseable {
    /** Takes the entries of a scan; key and entry are reused after the call returns. */
    @FunctionalInterface
    public interface EntryConsumer {
        void accept(Key key, Entry entry);
    }

    /** Whether it may be done once only: the others are asked again as if for the first time. */
    private enum Operation {
        GET_BY_HANDLE(false),
        GET_BY_KEY(false),
        RESOLVE(false),
        RESOLVE_OR_CREATE(false),
        PUT_BY_HANDLE(true),
        PUT_BY_KEY(true),
        INSERT(true),
        DELETE_BY_HANDLE(true),
        DELETE_BY_KEY(true),
        REVALIDATE(false),
        PUT_IF_BY_HANDLE(true),
        PUT_IF_BY_KEY(true),
        ADD_BY_HANDLE(true),
        ADD_BY_KEY(true),
        CLEAR_BY_HANDLE(true),
        CLEAR_BY_KEY(true),
        PUT_FOR_BY_HANDLE(true),
        PUT_FOR_BY_KEY(true),
        TOUCH_BY_HANDLE(true),
        TOUCH_BY_KEY(true),
        ALLOCATE(false),
        GET_AT_LEVEL(false),
        PING(false);

        private final boolean isChange;

        Operation(boolean isChange) {
            this.isChange = isChange;
        }
    }

    private enum BatchKind {
        GET,
        RESOLVE,
        RESOLVE_OR_CREATE,
        PUT,
        GROUP
    }

    /** Idle polls before the clock is looked at and the core offered: some 20 us, a hundred times a round trip. */
    private static final int POLLS_PER_LOOK = 4096;

    /** Of operations that need no version, number or time. */
    private static final long NO_ARGUMENT = 0;

    private static final ResultHandler PASSED_OVER = (id, status, entry) -> {};

    private final Session session;
    private final long timeoutNs;
    private final Reconnects reconnects;
    private final Answer answer = new Answer();
    private Entry largeEntry;
    /** Sessions of other shards, which must not fall silent while this one is asked; or null. */
    private Runnable companions;

    public BlockingSession(Session session, long timeoutNs) {
        this(session, timeoutNs, null);
    }

    private BlockingSession(Session session, long timeoutNs, Reconnects reconnects) {
        this.session = session;
        this.timeoutNs = timeoutNs;
        this.reconnects = reconnects;
    }

    /**
     * A session that outlives its connection: when the appliance is lost, the request that waits is repeated on a new connection
     * as long as its timeout lasts, and a change is done once however often it was sent. A repeated change that had been applied is
     * answered with {@link Status#DONE_BEFORE}, and handles of before a restart with {@link Status#EPOCH_CHANGED}. A batch of puts
     * is not repeated: its outcome is {@link Status#UNKNOWN}.
     */
    public static BlockingSession connectAgain(Path applianceFolder, ClientId clientId, long timeoutNs) {
        return connectAgain(SessionAddress.of(applianceFolder), clientId, timeoutNs);
    }

    /** The same, by shared memory or UDP, as the address says. */
    public static BlockingSession connectAgain(SessionAddress address, ClientId clientId, long timeoutNs) {
        return again(Session.connect(address, clientId, timeoutNs), timeoutNs);
    }

    /** Around a session of a client that may repeat its requests. */
    static BlockingSession again(Session session, long timeoutNs) {
        return new BlockingSession(session, timeoutNs, new Reconnects());
    }

    public static BlockingSession connect(Path applianceFolder, long timeoutNs) {
        return connect(SessionAddress.of(applianceFolder), timeoutNs);
    }

    /** Connects by shared memory or UDP, as the address says. */
    public static BlockingSession connect(SessionAddress address, long timeoutNs) {
        return new BlockingSession(Session.connect(address, timeoutNs), timeoutNs);
    }

    /** See {@link Session#level}; what the answer says is the entry's {@link Entry#level}. */
    public void level(int required) {
        session.level(required);
    }

    public Session session() {
        return session;
    }

    public SessionLimits limits() {
        return session.limits();
    }

    @Override
    public int get(long handle, Entry into) {
        return ask(Operation.GET_BY_HANDLE, handle, null, null, NO_ARGUMENT, into);
    }

    @Override
    public int get(long handle, int level, Entry into) {
        return Level.isLevel(level)
                ? ask(Operation.GET_AT_LEVEL, handle, null, null, level, into)
                : Status.INVALID_REQUEST;
    }

    @Override
    public int get(Key key, Entry into) {
        return ask(Operation.GET_BY_KEY, 0, key, null, NO_ARGUMENT, into);
    }

    @Override
    public int resolve(Key key, boolean create, Entry into) {
        return ask(create ? Operation.RESOLVE_OR_CREATE : Operation.RESOLVE, 0, key, null, NO_ARGUMENT, into);
    }

    @Override
    public int put(long handle, Value value, Entry into) {
        return ask(Operation.PUT_BY_HANDLE, handle, null, value, NO_ARGUMENT, into);
    }

    @Override
    public int put(Key key, Value value, Entry into) {
        return ask(Operation.PUT_BY_KEY, 0, key, value, NO_ARGUMENT, into);
    }

    @Override
    public int insert(Key key, Value value, Entry into) {
        return ask(Operation.INSERT, 0, key, value, NO_ARGUMENT, into);
    }

    @Override
    public int delete(long handle, Entry into) {
        return ask(Operation.DELETE_BY_HANDLE, handle, null, null, NO_ARGUMENT, into);
    }

    @Override
    public int delete(Key key, Entry into) {
        return ask(Operation.DELETE_BY_KEY, 0, key, null, NO_ARGUMENT, into);
    }

    @Override
    public int putIf(long handle, long expectedVersion, Value value, Entry into) {
        return ask(Operation.PUT_IF_BY_HANDLE, handle, null, value, expectedVersion, into);
    }

    @Override
    public int putIf(Key key, long expectedVersion, Value value, Entry into) {
        return ask(Operation.PUT_IF_BY_KEY, 0, key, value, expectedVersion, into);
    }

    @Override
    public int add(long handle, long delta, Entry into) {
        return ask(Operation.ADD_BY_HANDLE, handle, null, null, delta, into);
    }

    @Override
    public int add(Key key, long delta, Entry into) {
        return ask(Operation.ADD_BY_KEY, 0, key, null, delta, into);
    }

    @Override
    public int clear(long handle, Entry into) {
        return ask(Operation.CLEAR_BY_HANDLE, handle, null, null, NO_ARGUMENT, into);
    }

    @Override
    public int clear(Key key, Entry into) {
        return ask(Operation.CLEAR_BY_KEY, 0, key, null, NO_ARGUMENT, into);
    }

    @Override
    public int putFor(long handle, long ttlNs, Value value, Entry into) {
        return ask(Operation.PUT_FOR_BY_HANDLE, handle, null, value, ttlNs, into);
    }

    @Override
    public int putFor(Key key, long ttlNs, Value value, Entry into) {
        return ask(Operation.PUT_FOR_BY_KEY, 0, key, value, ttlNs, into);
    }

    @Override
    public int touch(long handle, long ttlNs, Entry into) {
        return ask(Operation.TOUCH_BY_HANDLE, handle, null, null, ttlNs, into);
    }

    @Override
    public int touch(Key key, long ttlNs, Entry into) {
        return ask(Operation.TOUCH_BY_KEY, 0, key, null, ttlNs, into);
    }

    @Override
    public int allocate(Entry into) {
        return ask(Operation.ALLOCATE, 0, null, null, NO_ARGUMENT, into);
    }

    @Override
    public int get(Batch batch) {
        return askBatch(BatchKind.GET, batch, null);
    }

    @Override
    public int resolve(Batch batch, boolean create) {
        return askBatch(create ? BatchKind.RESOLVE_OR_CREATE : BatchKind.RESOLVE, batch, null);
    }

    @Override
    public int put(Batch batch) {
        return askBatch(BatchKind.PUT, batch, null);
    }

    @Override
    public int apply(Group group) {
        return askBatch(BatchKind.GROUP, group.batch(), group);
    }

    private int askBatch(BatchKind kind, Batch batch, Group group) {
        if (batch.length() == 0) {
            return Status.INVALID_REQUEST;
        }
        tendCompanions();
        for (int i = 0; i < batch.length(); i++) {
            batch.entry(i).level(Level.NONE); // until an answer says more
        }
        long deadlineNs = System.nanoTime() + timeoutNs;
        long repeatedId = 0;
        while (true) {
            answer.begin(null);
            answer.batch = batch;
            answer.takesValues = kind == BatchKind.GET;
            long id = trySendBatch(kind, batch, group, repeatedId, deadlineNs);
            if (id == Session.TOO_LONG) {
                batch.statusOfAll(Status.BATCH_TOO_LONG);
                return Status.BATCH_TOO_LONG;
            }
            int status = id == Session.CLOSED ? Status.UNKNOWN : await(id, deadlineNs);
            boolean mayRepeat = reconnects != null && (kind != BatchKind.PUT || id == Session.CLOSED);
            if (status != Status.UNKNOWN || !session.isClosed() || !mayRepeat) {
                return status;
            }
            repeatedId = id > 0 && kind == BatchKind.GROUP ? id : repeatedId;
            if (!connectToRepeat(repeatedId, deadlineNs)) {
                return Status.UNKNOWN;
            }
        }
    }

    private long trySendBatch(BatchKind kind, Batch batch, Group group, long repeatedId, long deadlineNs) {
        if (repeatedId != 0) {
            session.repeat(repeatedId);
        }
        long id = sendBatch(kind, batch, group);
        while (mustRetry(id, deadlineNs)) {
            id = sendBatch(kind, batch, group);
        }
        session.repeatNothing(); // when it was not sent, the next request must not be taken for this one
        return id;
    }

    private long sendBatch(BatchKind kind, Batch batch, Group group) {
        return switch (kind) {
            case GET -> session.get(batch);
            case RESOLVE -> session.resolve(batch, false);
            case RESOLVE_OR_CREATE -> session.resolve(batch, true);
            case PUT -> session.put(batch);
            case GROUP -> session.apply(group);
        };
    }

    /** The handle that a key of an older epoch has now. */
    public int revalidate(long handle, Key key, Entry into) {
        return ask(Operation.REVALIDATE, handle, key, null, NO_ARGUMENT, into);
    }

    /** A sign of life, there and back. */
    public int ping() {
        return ask(Operation.PING, 0, null, null, NO_ARGUMENT, null);
    }

    /** Brings the handles of an older epoch back, in place; 0 for a key that is gone. Then adopts the new epoch. */
    public int revalidate(long[] handles, Key[] keys, Entry scratch) {
        int status = Revalidation.run(this::revalidate, () -> limits().epoch(), handles, keys, scratch);
        if (status == Status.OK) {
            adoptEpoch();
        }
        return status;
    }

    /** From here on handles are taken to be of the epoch the appliance is in now. */
    public void adoptEpoch() {
        session.adoptEpoch();
    }

    void companions(Runnable signsOfLife) {
        companions = signsOfLife;
    }

    /**
     * Gives a sign of life when one is due; whether the session has ended the next request will see. What comes now is the
     * answer to a request that was given up: whoever asked has gone on, and what he gave for it is his again.
     */
    void tend() {
        if (!session.isPolling()) { // a scan's consumer may ask another shard
            session.poll(PASSED_OVER, 1);
        }
    }

    private void tendCompanions() {
        if (companions != null) {
            companions.run();
        }
    }

    /** All entries whose keys begin with the prefix, page by page, up to {@code limit}; the last page's status. */
    public int scan(Key prefix, long limit, EntryConsumer consumer) {
        long cursor = 0;
        long left = limit;
        do {
            int status = scanPage(prefix, cursor, (int) Math.min(left, 1 << 16), consumer);
            if (status != Status.OK) {
                return status;
            }
            cursor = answer.nextCursor;
            left -= answer.entries;
            status = fetchLeftOut(consumer);
            if (status != Status.OK) {
                return status;
            }
        } while (cursor != 0 && left > 0);
        return Status.OK;
    }

    /** Asked for again on a new connection, unless some of it has been handed over. */
    private int scanPage(Key prefix, long cursor, int mostEntries, EntryConsumer consumer) {
        long deadlineNs = begin(null);
        while (true) {
            answer.consumer = consumer;
            long id = session.scan(prefix, cursor, mostEntries);
            while (mustRetry(id, deadlineNs)) {
                id = session.scan(prefix, cursor, mostEntries);
            }
            int status = await(id, deadlineNs);
            boolean isLost = status == Status.UNKNOWN && session.isClosed() && reconnects != null;
            if (!isLost) {
                return status;
            }
            if (answer.entries > 0 || !reconnects.connect(session, deadlineNs)) {
                return Status.UNKNOWN;
            }
            answer.begin(null);
        }
    }

    /** The values that a page had no room for, one by one; an entry that is gone by now is passed over. */
    private int fetchLeftOut(EntryConsumer consumer) {
        if (answer.leftOut.isEmpty()) {
            return Status.OK; // nearly always: without so much as an iterator
        }
        for (Key key : answer.takeLeftOut()) {
            largeEntry = largeEntry != null ? largeEntry : new Entry(limits().maxValueLength());
            int status = get(key, largeEntry);
            if (status == Status.OK) {
                consumer.accept(key, largeEntry);
            } else if (status != Status.NOT_FOUND && status != Status.ABSENT) {
                return status;
            }
        }
        return Status.OK;
    }

    private int ask(Operation operation, long handle, Key key, Value value, long argument, Entry into) {
        tendCompanions();
        long deadlineNs = System.nanoTime() + timeoutNs;
        long repeatedId = 0;
        while (true) {
            answer.begin(into);
            long id = trySend(operation, handle, key, value, argument, repeatedId, deadlineNs);
            if (id == Session.TOO_LONG) {
                return tooLong(key);
            }
            int status = id == Session.CLOSED ? Status.UNKNOWN : await(id, deadlineNs);
            if (status != Status.UNKNOWN || !session.isClosed() || reconnects == null) {
                return status;
            }
            repeatedId = id > 0 && operation.isChange ? id : repeatedId;
            if (!connectToRepeat(repeatedId, deadlineNs)) {
                return Status.UNKNOWN;
            }
        }
    }

    /** False when there is no connection, or one with an appliance that does not know what became of the request. */
    private boolean connectToRepeat(long repeatedId, long deadlineNs) {
        return reconnects.connect(session, deadlineNs) && (repeatedId == 0 || session.mayRepeat(repeatedId));
    }

    private long trySend(
            Operation operation, long handle, Key key, Value value, long argument, long repeatedId, long deadlineNs) {
        if (repeatedId != 0) {
            session.repeat(repeatedId);
        }
        long id = send(operation, handle, key, value, argument);
        while (mustRetry(id, deadlineNs)) {
            id = send(operation, handle, key, value, argument);
        }
        session.repeatNothing(); // when it was not sent, the next request must not be taken for this one
        return id;
    }

    private long send(Operation operation, long handle, Key key, Value value, long argument) {
        return switch (operation) {
            case GET_BY_HANDLE -> session.get(handle);
            case GET_BY_KEY -> session.get(key);
            case RESOLVE -> session.resolve(key, false);
            case RESOLVE_OR_CREATE -> session.resolve(key, true);
            case PUT_BY_HANDLE -> session.put(handle, value);
            case PUT_BY_KEY -> session.put(key, value);
            case INSERT -> session.insert(key, value);
            case DELETE_BY_HANDLE -> session.delete(handle);
            case DELETE_BY_KEY -> session.delete(key);
            case REVALIDATE -> session.revalidate(handle, key);
            case PUT_IF_BY_HANDLE -> session.putIf(handle, argument, value);
            case PUT_IF_BY_KEY -> session.putIf(key, argument, value);
            case ADD_BY_HANDLE -> session.add(handle, argument);
            case ADD_BY_KEY -> session.add(key, argument);
            case CLEAR_BY_HANDLE -> session.clear(handle);
            case CLEAR_BY_KEY -> session.clear(key);
            case PUT_FOR_BY_HANDLE -> session.putFor(handle, argument, value);
            case PUT_FOR_BY_KEY -> session.putFor(key, argument, value);
            case TOUCH_BY_HANDLE -> session.touch(handle, argument);
            case TOUCH_BY_KEY -> session.touch(key, argument);
            case ALLOCATE -> session.allocate();
            case GET_AT_LEVEL -> session.get(handle, (int) argument);
            case PING -> session.ping();
        };
    }

    private int tooLong(Key key) {
        boolean keyIsTooLong = key != null && key.length() > limits().maxKeyLength();
        return keyIsTooLong ? Status.KEY_TOO_LONG : Status.VALUE_TOO_LONG;
    }

    private long begin(Entry into) {
        tendCompanions();
        answer.begin(into);
        return System.nanoTime() + timeoutNs;
    }

    private boolean mustRetry(long id, long deadlineNs) {
        if (id == Session.CLOSED && reconnects != null) {
            return false;
        }
        if (id == Session.CLOSED) {
            throw new SessionException(SessionException.Kind.CLOSED, session.closeCause() + ": " + session.closeText());
        }
        if (id != Session.BACK_PRESSURED && id != Session.WINDOW_FULL) {
            return false;
        }
        session.poll(answer, 1);
        tendCompanions();
        return System.nanoTime() - deadlineNs < 0;
    }

    private int await(long id, long deadlineNs) {
        if (id == Session.TOO_LONG) {
            return Status.KEY_TOO_LONG;
        }
        if (id < 0) {
            return Status.UNKNOWN; // still back-pressured at the deadline
        }
        answer.expect(id);
        int polls = 0;
        while (answer.isMissing()) {
            int polled = session.poll(answer, 1);
            if (polled == Session.CLOSED && answer.isMissing()) {
                return Status.UNKNOWN;
            }
            if (polled == 0 && (++polls & (POLLS_PER_LOOK - 1)) == 0) {
                if (System.nanoTime() - deadlineNs > 0) {
                    session.abandon(id);
                    return Status.UNKNOWN;
                }
                tendCompanions();
                Thread.yield(); // this late the answer may be waiting for this very core
            }
        }
        return answer.status;
    }

    @Override
    public void close() {
        session.close();
    }

    /** The answer being waited for; answers to requests that were given up are passed over by their id. */
    private static final class Answer implements ResultHandler {
        private static final int MISSING = -1;

        private Entry into;
        private EntryConsumer consumer;
        private final List<Key> leftOut = new ArrayList<>();
        private Batch batch;
        private boolean takesValues;
        private long id;
        private long entries;
        private long nextCursor;
        private int status;

        void begin(Entry target) {
            into = target;
            if (target != null) {
                target.level(Level.NONE); // until an answer says more
            }
            consumer = null;
            batch = null;
            leftOut.clear(); // of a page that ended otherwise
            id = 0;
            entries = 0;
            status = MISSING;
        }

        void expect(long expectedId) {
            id = expectedId;
        }

        boolean isMissing() {
            return status == MISSING;
        }

        @Override
        public void onResult(long correlationId, int result, Entry entry) {
            if (correlationId != id) {
                return;
            }
            status = result;
            if (into == null) {
                return;
            }
            into.identify(entry.handle(), entry.version());
            into.level(entry.level());
            Value value = entry.value();
            if (!into.value().set(value.array(), 0, value.length()) && result == Status.OK) {
                status = Status.VALUE_TOO_LONG;
            }
        }

        @Override
        public void onBatchEntry(long correlationId, int index, int result, Entry entry) {
            if (correlationId != id || index >= batch.length()) {
                return;
            }
            Entry target = batch.entry(index);
            target.identify(entry.handle(), entry.version());
            target.level(entry.level());
            boolean taken = !takesValues
                    || target.value()
                            .set(entry.value().array(), 0, entry.value().length());
            batch.status(index, taken || result != Status.OK ? result : Status.VALUE_TOO_LONG);
        }

        @Override
        public void onBatchEnd(long correlationId, int result) {
            if (correlationId == id) {
                status = result;
            }
        }

        @Override
        public void onScanEntry(long correlationId, Key key, Entry entry) {
            if (correlationId == id) {
                entries++;
                consumer.accept(key, entry);
            }
        }

        @Override
        public void onScanEntryWithoutValue(long correlationId, Key key, Entry entry, long valueLength) {
            if (correlationId == id) {
                entries++;
                Key copy = new Key();
                copy.set(key);
                leftOut.add(copy);
            }
        }

        List<Key> takeLeftOut() {
            List<Key> taken = List.copyOf(leftOut);
            leftOut.clear();
            return taken;
        }

        @Override
        public void onScanEnd(long correlationId, int result, long next) {
            if (correlationId == id) {
                status = result;
                nextCursor = next;
            }
        }
    }
}
