package io.needletail.demo;

import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.client.BlockingSession;
import io.needletail.client.CloseCause;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.memory.CycleCounter;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Replays order flow through an IPC session: orders under {@code SYMBOL:orderId}, the top of book under {@code SYMBOL:bbo}
 * whenever it changes. At most {@code window} requests are in flight; latency counts from the intended time when the replay
 * is paced, else from the send; of what was refused and written again, from then. While the journal cannot keep up changes are refused: then all that are under way are waited for, and what was
 * refused is written again as it is by then.
 */
final class FeedHandler implements ResultHandler {
    static final int TOP_OF_BOOK_LENGTH = 16;
    private static final int ORDER_LENGTH = 16;
    /** Left to the journal, which may share this core, before what it could not take is written again. */
    private static final long PAUSE_NS = 100_000;

    private static final long PATIENCE_NS = 60_000_000_000L;

    /** Takes one answer of the top of book for each input line. */
    @FunctionalInterface
    interface TopOfBookSink {
        void accept(long bid, long ask);
    }

    private final Session session;
    private final Tape tape;
    private final int window;
    private final TopOfBookSink sink;
    private final Book book = new Book();
    private final TopOfBookLog acknowledged = new TopOfBookLog();
    private final LatencyRecorder puts = new LatencyRecorder("put");
    private final LatencyRecorder deletes = new LatencyRecorder("delete");
    private final LatencyRecorder gets = new LatencyRecorder("get");

    private final Key key = new Key();
    private final Key topOfBookKey = new Key();
    private final Value value = new Value(ORDER_LENGTH);
    private final Value topOfBook = new Value(TOP_OF_BOOK_LENGTH);

    // what is in flight, by correlation id
    private final int mask;
    private final long[] beganAt;
    private final Order[] orderOf;
    private final LatencyRecorder[] latencyOf;
    private final long[] bidOf;
    private final long[] askOf;
    private final boolean[] isTopOfBook;
    private final boolean[] isDelete;

    /** Whose last change was refused. */
    private final Deque<Order> refused = new ArrayDeque<>();

    private boolean isTopOfBookRefused;
    private long refusals;

    private long topOfBookHandle;
    private long bid;
    private long ask;
    private long unknown;
    private long ignored;
    private long readBid;
    private long readAsk;
    private String failure;

    FeedHandler(Session session, Tape tape, int window, TopOfBookSink sink) {
        this.session = session;
        this.tape = tape;
        this.window = Math.min(window, session.limits().maxInFlight());
        this.sink = sink;
        topOfBookKey.append(tape.symbol()).append(":bbo");
        int capacity = Integer.highestOneBit(session.limits().maxInFlight() * 4);
        mask = capacity - 1;
        beganAt = new long[capacity];
        orderOf = new Order[capacity];
        latencyOf = new LatencyRecorder[capacity];
        bidOf = new long[capacity];
        askOf = new long[capacity];
        isTopOfBook = new boolean[capacity];
        isDelete = new boolean[capacity];
        value.resize(ORDER_LENGTH);
        topOfBook.resize(TOP_OF_BOOK_LENGTH);
    }

    /** Replays the whole tape; with a pace, no row before its time. */
    void replay(Pace pace) {
        for (int row = 0; row < tape.rows(); row++) {
            replay(row, pace.await(tape.timeNs(row), this));
            if (sink != null) {
                drain();
                read();
            }
        }
        drain();
    }

    /** One turn of the session while the pace waits. */
    void idle() {
        session.poll(this, 16);
        check();
    }

    private void replay(int row, long intendedCycles) {
        int type = tape.type(row);
        if (type == Tape.NEW_ORDER) {
            Order order = book.place(tape.orderId(row), tape.price(row), tape.size(row), tape.side(row));
            awaitWindow();
            put(order, intendedCycles);
        } else if (type >= Tape.PARTIAL_CANCEL && type <= Tape.EXECUTION) {
            reduce(book.find(tape.orderId(row)), type, tape.size(row), intendedCycles);
        } else {
            ignored++;
        }
        if (book.bestBid() != bid || book.bestAsk() != ask) {
            bid = book.bestBid();
            ask = book.bestAsk();
            awaitWindow();
            putTopOfBook(intendedCycles);
        }
    }

    private void reduce(Order order, int type, int shares, long intendedCycles) {
        if (order == null) {
            unknown++;
            return;
        }
        long left = type == Tape.DELETE ? 0 : (long) order.size - shares;
        if (left <= 0) {
            book.remove(order);
            awaitWindow();
            delete(order, intendedCycles);
        } else {
            order.size = (int) left;
            awaitWindow();
            put(order, intendedCycles);
        }
    }

    private void put(Order order, long intendedCycles) {
        value.putLong(0, order.price);
        value.putInt(8, order.size);
        value.putInt(12, order.side); // side in the first byte, three zero bytes behind it
        long began = began(intendedCycles);
        long id = sendPut(order);
        while (mustRetry(id)) {
            id = sendPut(order);
        }
        note(id, began, puts, order, false);
    }

    private long sendPut(Order order) {
        return order.handle != 0 ? session.put(order.handle, value) : session.put(keyOf(order), value);
    }

    private void delete(Order order, long intendedCycles) {
        long began = began(intendedCycles);
        long id = sendDelete(order);
        while (mustRetry(id)) {
            id = sendDelete(order);
        }
        note(id, began, deletes, order, false);
    }

    private long sendDelete(Order order) {
        return order.handle != 0 ? session.delete(order.handle) : session.delete(keyOf(order));
    }

    private void putTopOfBook(long intendedCycles) {
        topOfBook.putLong(0, bid);
        topOfBook.putLong(8, ask);
        long began = began(intendedCycles);
        long id = sendTopOfBook();
        while (mustRetry(id)) {
            id = sendTopOfBook();
        }
        note(id, began, puts, null, true);
        bidOf[(int) id & mask] = bid;
        askOf[(int) id & mask] = ask;
    }

    private long sendTopOfBook() {
        return topOfBookHandle != 0 ? session.put(topOfBookHandle, topOfBook) : session.put(topOfBookKey, topOfBook);
    }

    /** Asks the appliance for the top of book and hands it on: the answer, not what this process believes. */
    private void read() {
        long began = CycleCounter.read();
        long id = session.get(topOfBookKey);
        while (mustRetry(id)) {
            id = session.get(topOfBookKey);
        }
        readBid = 0;
        readAsk = 0;
        note(id, began, gets, null, false);
        drain();
        sink.accept(readBid, readAsk);
    }

    private Key keyOf(Order order) {
        key.clear();
        return key.append(tape.symbol()).append(":").append(order.id);
    }

    private static long began(long intendedCycles) {
        return intendedCycles != 0 ? intendedCycles : CycleCounter.read();
    }

    private void note(long id, long began, LatencyRecorder latency, Order order, boolean top) {
        int at = (int) id & mask;
        beganAt[at] = began;
        latencyOf[at] = latency;
        orderOf[at] = order;
        isTopOfBook[at] = top;
        isDelete[at] = latency == deletes;
    }

    @Override
    public void onResult(long id, int status, Entry entry) {
        long now = CycleCounter.read();
        int at = (int) id & mask;
        LatencyRecorder latency = latencyOf[at];
        if (status == Status.BACK_PRESSURED) {
            refuse(at);
            return;
        }
        latency.record(now - beganAt[at]);
        if (latency == gets) {
            takeRead(status, entry);
            return;
        }
        if (status != Status.OK && !isGoneAlready(at, status)) {
            failure = "operation " + latency.operation() + " answered " + Status.name(status);
            return;
        }
        if (orderOf[at] != null && !isDelete[at]) {
            orderOf[at].handle = entry.handle();
        }
        orderOf[at] = null;
        if (isTopOfBook[at]) {
            topOfBookHandle = entry.handle();
            acknowledged.add(now, entry.version(), bidOf[at], askOf[at], 0);
        }
    }

    private void refuse(int at) {
        refusals++;
        isTopOfBookRefused |= isTopOfBook[at];
        if (orderOf[at] != null) {
            refused.add(orderOf[at]);
            orderOf[at] = null;
        }
    }

    /** What was refused may be deleted before it was ever written, or twice. */
    private boolean isGoneAlready(int at, int status) {
        return isDelete[at] && refusals > 0 && (status == Status.NOT_FOUND || status == Status.STALE_HANDLE);
    }

    /** As it is in the book by now: a change behind the one that was refused may have been made. */
    private void writeAgain() {
        for (int left = refused.size(); left > 0; left--) {
            Order order = refused.remove();
            Order live = book.find(order.id);
            awaitRoom();
            if (live == order) {
                put(order, 0);
            } else if (live == null) {
                delete(order, 0);
            }
        }
        if (isTopOfBookRefused) {
            isTopOfBookRefused = false;
            awaitRoom();
            putTopOfBook(0);
        }
    }

    private void takeRead(int status, Entry entry) {
        if (status == Status.OK) {
            readBid = entry.value().getLong(0);
            readAsk = entry.value().getLong(8);
        } else if (status != Status.ABSENT && status != Status.NOT_FOUND) {
            failure = "get of the top of book answered " + Status.name(status);
        }
    }

    @Override
    public void onClosed(CloseCause cause, String text) {
        failure = "session closed: " + cause + " " + text;
    }

    private void awaitWindow() {
        awaitRoom();
        if (hasRefused()) {
            drain();
        }
    }

    private void awaitRoom() {
        while (session.inFlight() >= window) {
            idle();
        }
    }

    private boolean hasRefused() {
        return isTopOfBookRefused || !refused.isEmpty();
    }

    /** Until everything is answered, and nothing refused. */
    void drain() {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (session.inFlight() > 0 || hasRefused()) {
            if (System.nanoTime() - deadlineNs > 0) {
                failure = "the journal could not keep up for a minute; see the appliance's log";
            }
            if (session.inFlight() == 0) {
                LockSupport.parkNanos(PAUSE_NS);
                writeAgain();
            }
            idle();
        }
    }

    private boolean mustRetry(long id) {
        if (id == Session.BACK_PRESSURED || id == Session.WINDOW_FULL) {
            idle();
            return true;
        }
        if (id < 0) {
            throw new IllegalStateException("cannot send: code=" + id + " " + session.closeText());
        }
        return false;
    }

    private void check() {
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    /** Deletes everything this replay has left, for a warm-up. */
    void removeAll(BlockingSession blocking) {
        Entry entry = new Entry(TOP_OF_BOOK_LENGTH);
        for (Order order : book.live()) {
            delete(blocking, keyOf(order), entry);
        }
        delete(blocking, topOfBookKey, entry);
    }

    private static void delete(BlockingSession blocking, Key name, Entry entry) {
        while (blocking.delete(name, entry) == Status.BACK_PRESSURED) {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    TopOfBookLog acknowledged() {
        return acknowledged;
    }

    List<LatencyRecorder> latencies() {
        return List.of(puts, deletes, gets);
    }

    long unknown() {
        return unknown;
    }

    /** Changes that were refused and written again. */
    long refusals() {
        return refusals;
    }

    long ignored() {
        return ignored;
    }
}
