package io.needletail.client;

import io.aeron.logbuffer.BufferClaim;
import io.needletail.protocol.CloseEncoder;
import io.needletail.protocol.CloseReason;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.PutOperation;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.nio.file.Path;

/**
 * A session with an appliance, for people with their own loop. Every request method sends without waiting and answers the
 * request's correlation id, or one of the negative codes below when nothing was sent; {@link #poll} takes the answers.
 *
 * <p>For one thread. Nothing is allocated after the connect. The session lives while it is polled at least every half of the
 * liveness timeout: an idle poll sends the sign of life. When the appliance is lost, poll reports every unanswered request
 * as {@link Status#UNKNOWN}, calls {@link ResultHandler#onClosed} once and answers {@link #CLOSED} from then on;
 * {@link #reconnect()} starts over. Handles of the old epoch are then answered with {@link Status#EPOCH_CHANGED} until they
 * were brought back with {@link #revalidate} and the new epoch was taken with {@link #adoptEpoch()}.
 */
public final class Session extends SessionRequests implements AutoCloseable {
    /** The request stream is full for the moment: poll and try again. */
    public static final int BACK_PRESSURED = -1;
    /** As many requests are unanswered as the appliance allows: poll and try again. */
    public static final int WINDOW_FULL = -2;
    /** The session has ended. */
    public static final int CLOSED = -3;
    /** The key, the value or the batch exceeds the limits of this session. */
    public static final int TOO_LONG = -4;
    /** Not sent: a batch or a group of nothing. */
    public static final int EMPTY = -5;

    /** No region is ever in it: handles of other data are answered with EPOCH_CHANGED. */
    private static final long NO_EPOCH = 0;

    /** As far back as the appliance knows what was applied. */
    public static final int MAX_REPEATABLE = RetryLayout.WINDOW;

    private static final int HEADER = MessageHeaderEncoder.ENCODED_LENGTH;
    /** A clock read costs as much as four polls; 64 idle polls are about 300 ns. */
    private static final int IDLE_POLLS_PER_CLOCK_READ = 64;

    private final SessionAddress address;
    private final int requestStreamId;
    private final String namespace;
    private final ClientId clientId;
    private final long timeoutNs;

    private Connection connection;
    private long windowsFull;
    private BulkSender bulkSender;
    private SessionLimits limits;
    private InFlight inFlight;
    private RequestStream requests;
    private ReplyReader replies;
    private ResultHandler handler;
    private long handleEpoch;
    private long repeatId;
    private long firstRepeatable;
    /** Of the large value that is under way, for a client that repeats requests; else 0. */
    private long bulkId;

    private long keepAliveIntervalNs;
    private long lastHeardNs;
    private long lastSentNs;
    private long lastCheckNs;
    private boolean heard;
    private int idlePolls;
    private boolean polling;
    private CloseCause pendingCause;
    private String pendingText;
    private CloseCause closeCause;
    private String closeText = "";

    private Session(SessionAddress address, int requestStreamId, String namespace, ClientId clientId, long timeoutNs) {
        this.address = address;
        this.namespace = namespace;
        this.clientId = clientId;
        this.requestStreamId = requestStreamId;
        this.timeoutNs = timeoutNs;
    }

    /** Connects to the appliance whose folder this is, within the timeout. */
    public static Session connect(Path applianceFolder, long timeoutNs) {
        return connect(applianceFolder, SessionProtocol.REQUEST_STREAM_ID, timeoutNs);
    }

    /** Connects to another request stream than the one everybody uses: an appliance warms up on one of its own. */
    public static Session connect(Path applianceFolder, int requestStreamId, long timeoutNs) {
        return connect(SessionAddress.of(applianceFolder), requestStreamId, "", ClientId.NOBODY, timeoutNs);
    }

    /** Connects to an appliance by shared memory or UDP, as the address says. */
    public static Session connect(SessionAddress address, long timeoutNs) {
        return connect(address, SessionProtocol.REQUEST_STREAM_ID, "", ClientId.NOBODY, timeoutNs);
    }

    /**
     * Connects as a client that may repeat a request after the connection was lost: see {@link #repeat}. An earlier session of
     * the same client is ended. At most {@value #MAX_REPEATABLE} requests of such a session are unanswered at a time.
     */
    public static Session connect(Path applianceFolder, ClientId clientId, long timeoutNs) {
        return connect(SessionAddress.of(applianceFolder), clientId, timeoutNs);
    }

    /** The same, by shared memory or UDP, as the address says. */
    public static Session connect(SessionAddress address, ClientId clientId, long timeoutNs) {
        return connect(address, SessionProtocol.REQUEST_STREAM_ID, "", clientId, timeoutNs);
    }

    /** Connects to one shard of a namespace. */
    static Session connect(
            SessionAddress address, int requestStreamId, String namespace, ClientId clientId, long timeoutNs) {
        Session session = new Session(address, requestStreamId, namespace, clientId, timeoutNs);
        session.openFirst(timeoutNs);
        session.handleEpoch = session.limits.epoch();
        return session;
    }

    /**
     * After {@link #reconnect()}: the next request is sent again under the id that it had before. It must be the same request. The
     * appliance does a change at most once: one that was applied before is answered with {@link Status#DONE_BEFORE}, one that was
     * refused before with {@link Status#REFUSED_BEFORE}. Requests are repeated in the order of their ids, before any new one.
     * Batches of puts are no single request and cannot be repeated this way; groups can.
     */
    public void repeat(long id) {
        if (clientId.isNobody()) {
            throw new IllegalStateException("a session without a client id cannot repeat: id=" + id);
        }
        if (!mayRepeat(id)) {
            throw new IllegalStateException(
                    "the appliance has forgotten this client, so nobody knows what became of id=" + id
                            + "; raise retry-sessions");
        }
        repeatId = id;
    }

    /**
     * Whether the appliance still knows what became of the request. It does not when more other clients than retry-sessions have
     * connected since: to repeat the request might do it twice.
     */
    public boolean mayRepeat(long id) {
        return id >= firstRepeatable;
    }

    /** The next request is a new one after all. */
    void repeatNothing() {
        repeatId = 0;
    }

    /** Starts a new connection after the session ended; the handles keep their epoch until {@link #adoptEpoch()}. */
    public void reconnect() {
        follow(this::reconnect, timeoutNs);
    }

    /** The same with less patience. */
    void reconnect(long patienceNs) {
        if (closeCause == null) {
            end(CloseCause.CLIENT, "reconnect");
        }
        SessionLimits before = limits;
        open(patienceNs);
        boolean sameData =
                before.dataSetIdHigh() == limits.dataSetIdHigh() && before.dataSetIdLow() == limits.dataSetIdLow();
        handleEpoch = sameData ? handleEpoch : NO_EPOCH;
    }

    private void openFirst(long patienceNs) {
        follow(this::open, patienceNs);
    }

    /** A member that was the primary may be gone, and another one about to be it. */
    private void follow(Reconnects.Attempt attempt, long patienceNs) {
        Reconnects tries = new Reconnects();
        if (!address.isOfPrimary() || patienceNs <= 0) {
            attempt.within(patienceNs);
        } else if (!tries.connect(attempt, System.nanoTime() + patienceNs)) {
            throw tries.last();
        }
    }

    private void open(long patienceNs) {
        connection = Connection.open(
                address, requestStreamId, namespace, clientId, new Connection.Patience(patienceNs, timeoutNs));
        boolean isFirst = limits == null;
        limits = connection.limits();
        requests = connection.requests();
        inFlight = clientId.isNobody()
                ? new InFlight(limits.maxInFlight())
                : new InFlight(Math.min(limits.maxInFlight(), MAX_REPEATABLE), firstId());
        boolean isForgotten = !isFirst && !clientId.isNobody() && limits.lastRequest() < 0;
        firstRepeatable = isForgotten ? inFlight.nextId() : firstRepeatable;
        repeatId = 0;
        bulkId = 0;
        replies = new ReplyReader(this);
        bulkSender = null;
        keepAliveIntervalNs = limits.livenessTimeoutNs() / 4;
        lastHeardNs = System.nanoTime();
        lastSentNs = lastHeardNs;
        lastCheckNs = lastHeardNs;
        closeCause = null;
        pendingCause = null;
        closeText = "";
    }

    /** Ids go on over connections, and over processes of the same client. */
    private long firstId() {
        long used = inFlight == null ? 0 : inFlight.nextId();
        return Math.max(used, Math.max(0, limits.lastRequest()) + 1);
    }

    @Override
    public SessionLimits limits() {
        return limits;
    }

    /** The epoch that this session's handles belong to. */
    @Override
    public long handleEpoch() {
        return handleEpoch;
    }

    /** From here on handles are taken to be of the epoch the appliance is in now. */
    public void adoptEpoch() {
        handleEpoch = limits.epoch();
    }

    public boolean isClosed() {
        return closeCause != null;
    }

    /** Why the session ended, or null. */
    public CloseCause closeCause() {
        return closeCause;
    }

    public String closeText() {
        return closeText;
    }

    public int inFlight() {
        return inFlight.count();
    }

    /** A put whose value exceeds a message: it goes in chunks on a stream of its own, one value at a time. */
    @Override
    long bulk(PutOperation operation, long handle, Key key, long argument, Value value) {
        boolean keyIsTooLong = key != null && key.length() > limits.maxKeyLength();
        if (keyIsTooLong || value.length() > limits.maxValueLength()) {
            return TOO_LONG;
        }
        if (closeCause != null || pendingCause != null) {
            return CLOSED;
        }
        if (bulkSender == null) {
            bulkSender = connection.bulkSender(limits.maxValueLength());
        }
        if (bulkSender.isBusy()) {
            return BACK_PRESSURED;
        }
        long id = nextId();
        if (id == 0 || !isAlone()) {
            return windowFull();
        }
        bulkSender.begin(operation, id, handleEpoch, handle, key, argument, level(), value);
        noteSent(id);
        bulkId = clientId.isNobody() ? 0 : id;
        advanceBulk();
        return id;
    }

    /** A client that repeats requests needs them in order: none overtakes a large value, or is overtaken by one. */
    private boolean isAlone() {
        return clientId.isNobody() || inFlight.count() == 0;
    }

    private long nextId() {
        if (bulkId != 0) {
            return 0;
        }
        if (repeatId == 0) {
            return inFlight.next();
        }
        return inFlight.canRepeat(repeatId) ? repeatId : 0;
    }

    private void noteSent(long id) {
        if (id == repeatId) {
            inFlight.repeated(id);
            repeatId = 0;
        } else {
            inFlight.sent();
        }
    }

    @Override
    void asks(long id, long handle) {
        inFlight.asks(id, handle);
    }

    @Override
    void asks(long id, Batch batch) {
        inFlight.asks(id, batch);
    }

    InFlight unanswered() {
        return inFlight;
    }

    long handleOf(long id) {
        return inFlight.handleOf(id);
    }

    boolean answered(long id) {
        bulkId = id == bulkId ? 0 : bulkId;
        return inFlight.answered(id);
    }

    /**
     * Nobody waits for this request's answer any more; one that comes late is passed over. Whoever gives a request up says so,
     * or its place among the unanswered ones stays taken.
     */
    public void abandon(long id) {
        answered(id);
    }

    private void advanceBulk() {
        if (!bulkSender.advance()) {
            end(CloseCause.SERVER_LOST, "the stream for large values is closed");
        }
    }

    /** Takes up to {@code limit} answers; how many there were, or {@link #CLOSED}. */
    public int poll(ResultHandler resultHandler, int limit) {
        if (closeCause != null) {
            return CLOSED;
        }
        handler = resultHandler;
        replies.handler(resultHandler);
        int polled = pollReplies(limit);
        if (bulkSender != null && bulkSender.isBusy()) {
            advanceBulk();
        }
        if (pendingCause != null) {
            end(pendingCause, pendingText);
        } else if (polled > 0) {
            heard = true;
        } else if (isTimeToReadTheClock()) {
            keepAlive(System.nanoTime());
        }
        return closeCause == null ? polled : CLOSED;
    }

    /** Whether a handler is at work on what came, and the session cannot be polled. */
    boolean isPolling() {
        return polling;
    }

    private int pollReplies(int limit) {
        polling = true;
        try {
            return connection.replies().poll(replies, limit);
        } finally {
            polling = false; // a handler may throw, and the session must still be closable
        }
    }

    /** Who waits for an answer pays for a clock read now and then; who waits for nothing can have one every time. */
    private boolean isTimeToReadTheClock() {
        return inFlight.count() == 0 || (++idlePolls & (IDLE_POLLS_PER_CLOCK_READ - 1)) == 0;
    }

    /** Silence counts only while this side was listening: a stall of its own must not look like the server's death. */
    private void keepAlive(long nowNs) {
        if (nowNs - lastCheckNs > keepAliveIntervalNs) {
            lastHeardNs += nowNs - lastCheckNs;
        }
        lastCheckNs = nowNs;
        if (heard) {
            heard = false;
            lastHeardNs = nowNs;
        }
        if (nowNs - lastHeardNs > limits.livenessTimeoutNs() || connection.isClosed()) {
            end(CloseCause.SERVER_LOST, "the appliance gives no sign of life");
        } else if (nowNs - lastSentNs > keepAliveIntervalNs) {
            lastSentNs = nowNs;
            if (requests.claim(keepAliveLength()) == 0) {
                encodeKeepAlive();
                requests.commit(); // or the next time
            }
        }
    }

    @Override
    long claim(int length) {
        if (closeCause != null || pendingCause != null) {
            return CLOSED;
        }
        long id = nextId();
        if (id == 0) {
            return windowFull();
        }
        int code = requests.claim(length);
        return code == 0 ? id : refused(code);
    }

    private int windowFull() {
        windowsFull++;
        return WINDOW_FULL;
    }

    /** How often a request was not sent because as many stood unanswered as may; over all connections of this session. */
    public long windowsFull() {
        return windowsFull;
    }

    @Override
    BufferClaim claimed() {
        return requests.claimed();
    }

    @Override
    long send(long id) {
        assert closeCause == null : closeText;
        int code = requests.commit();
        if (code != 0) {
            return refused(code);
        }
        noteSent(id);
        return id;
    }

    private int refused(int code) {
        if (code == CLOSED) {
            end(CloseCause.SERVER_LOST, "the request stream is closed: " + requests.trouble());
        }
        return code;
    }

    /** Ends the session; from within a poll only once it is over, because closing unmaps what is being polled. */
    void end(CloseCause cause, String text) {
        if (polling) {
            pendingCause = cause;
            pendingText = text;
            return;
        }
        if (closeCause != null) {
            return;
        }
        pendingCause = null;
        closeCause = cause;
        closeText = text;
        connection.close(); // first: the handler may reconnect
        if (handler != null) {
            Entry nothing = new Entry(0);
            nothing.level(Level.NONE);
            inFlight.failAll(handler, nothing);
            handler.onClosed(cause, text);
        }
    }

    /** Says goodbye and frees everything; unanswered requests are reported to the last poll's handler. */
    @Override
    public void close() {
        if (closeCause == null) {
            sayGoodbye();
            end(CloseCause.CLIENT, "closed");
        }
    }

    private void sayGoodbye() {
        int length = HEADER + CloseEncoder.BLOCK_LENGTH + CloseEncoder.textHeaderLength();
        if (requests.claim(length) == 0) {
            BufferClaim claim = requests.claimed();
            new CloseEncoder()
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), new MessageHeaderEncoder())
                    .code(CloseReason.REQUESTED)
                    .putText(new byte[0], 0, 0);
            requests.commit(); // the appliance notices the end of the connection all the same
        }
    }
}
