package io.needletail.client;

import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.needletail.protocol.AddByHandleEncoder;
import io.needletail.protocol.AddByKeyEncoder;
import io.needletail.protocol.AllocateEncoder;
import io.needletail.protocol.BatchOperation;
import io.needletail.protocol.BatchResultDecoder;
import io.needletail.protocol.BooleanType;
import io.needletail.protocol.ClearByHandleEncoder;
import io.needletail.protocol.ClearByKeyEncoder;
import io.needletail.protocol.CloseDecoder;
import io.needletail.protocol.CloseEncoder;
import io.needletail.protocol.CloseReason;
import io.needletail.protocol.DeleteByHandleEncoder;
import io.needletail.protocol.DeleteByKeyEncoder;
import io.needletail.protocol.GetAtLevelEncoder;
import io.needletail.protocol.GetByHandleEncoder;
import io.needletail.protocol.GetByKeyEncoder;
import io.needletail.protocol.InsertEncoder;
import io.needletail.protocol.KeepAliveDecoder;
import io.needletail.protocol.KeepAliveEncoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.PutByHandleEncoder;
import io.needletail.protocol.PutByKeyEncoder;
import io.needletail.protocol.PutForByHandleEncoder;
import io.needletail.protocol.PutForByKeyEncoder;
import io.needletail.protocol.PutIfByHandleEncoder;
import io.needletail.protocol.PutIfByKeyEncoder;
import io.needletail.protocol.PutOperation;
import io.needletail.protocol.ResolveEncoder;
import io.needletail.protocol.ResultDecoder;
import io.needletail.protocol.RevalidateEncoder;
import io.needletail.protocol.ScanEncoder;
import io.needletail.protocol.ScanPageDecoder;
import io.needletail.protocol.TouchByHandleEncoder;
import io.needletail.protocol.TouchByKeyEncoder;
import io.needletail.protocol.ValueChunkDecoder;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

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
public final class Session implements AutoCloseable {
    /** The request stream is full for the moment: poll and try again. */
    public static final int BACK_PRESSURED = -1;
    /** As many requests are unanswered as the appliance allows: poll and try again. */
    public static final int WINDOW_FULL = -2;
    /** The session has ended. */
    public static final int CLOSED = -3;
    /** The key, the value or the batch exceeds the limits of this session. */
    public static final int TOO_LONG = -4;

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
    private final BufferClaim claim = new BufferClaim();
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final RequestEncoders encode = new RequestEncoders();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final ResultDecoder resultDecoder = new ResultDecoder();
    private final BatchEncoders encodeBatch = new BatchEncoders();
    private final BatchResultDecoder batchDecoder = new BatchResultDecoder();
    private final ValueChunkDecoder chunkDecoder = new ValueChunkDecoder();
    private final ScanPageDecoder pageDecoder = new ScanPageDecoder();
    private final FragmentHandler onFragment = this::onFragment;
    private final Key scanKey = new Key();

    private Connection connection;
    private BulkSender bulkSender;
    private BulkReceiver bulkReceiver;
    private SessionLimits limits;
    private InFlight inFlight;
    private Entry entry;
    private ResultHandler handler;
    private long handleEpoch;
    private long repeatId;
    private long claimedId;
    private long sharedToken;
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
        session.open(timeoutNs);
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
        repeatId = id;
    }

    /** Starts a new connection after the session ended; the handles keep their epoch until {@link #adoptEpoch()}. */
    public void reconnect() {
        reconnect(timeoutNs);
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

    private void open(long patienceNs) {
        connection = Connection.open(
                address, requestStreamId, namespace, clientId, new Connection.Patience(patienceNs, timeoutNs));
        limits = connection.limits();
        sharedToken = limits.sharedToken();
        inFlight = clientId.isNobody()
                ? new InFlight(limits.maxInFlight())
                : new InFlight(Math.min(limits.maxInFlight(), MAX_REPEATABLE), firstId());
        repeatId = 0;
        bulkId = 0;
        entry = new Entry(Math.min(limits.maxValueLength(), limits.maxMessageValueLength()));
        bulkSender = null;
        bulkReceiver = null;
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
        return Math.max(used, limits.lastRequest() + 1);
    }

    public SessionLimits limits() {
        return limits;
    }

    /** The epoch that this session's handles belong to. */
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

    public long get(long handle) {
        long id = claim(GetByHandleEncoder.BLOCK_LENGTH);
        if (id > 0) {
            encode.getByHandle
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .handle(handle);
            send();
        }
        return id;
    }

    public long get(Key key) {
        long id = claim(GetByKeyEncoder.BLOCK_LENGTH, GetByKeyEncoder.keyHeaderLength(), key);
        if (id > 0) {
            encode.getByKey
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .putKey(key.array(), 0, key.length());
            send();
        }
        return id;
    }

    public long resolve(Key key, boolean create) {
        long id = claim(ResolveEncoder.BLOCK_LENGTH, ResolveEncoder.keyHeaderLength(), key);
        if (id > 0) {
            encode.resolve
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .create(create ? BooleanType.TRUE : BooleanType.FALSE)
                    .putKey(key.array(), 0, key.length());
            send();
        }
        return id;
    }

    public long put(long handle, Value value) {
        if (value.length() > limits.maxMessageValueLength()) {
            return bulk(PutOperation.PUT, handle, null, 0, value);
        }
        long id = claim(PutByHandleEncoder.BLOCK_LENGTH + PutByHandleEncoder.valueHeaderLength() + value.length());
        if (id > 0) {
            encode.putByHandle
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .handle(handle)
                    .putValue(value.array(), 0, value.length());
            send();
        }
        return id;
    }

    public long put(Key key, Value value) {
        if (value.length() > limits.maxMessageValueLength()) {
            return bulk(PutOperation.PUT, 0, key, 0, value);
        }
        long id = claim(PutByKeyEncoder.BLOCK_LENGTH, key, value);
        if (id > 0) {
            encode.putByKey
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .putKey(key.array(), 0, key.length())
                    .putValue(value.array(), 0, value.length());
            send();
        }
        return id;
    }

    public long insert(Key key, Value value) {
        if (value.length() > limits.maxMessageValueLength()) {
            return bulk(PutOperation.INSERT, 0, key, 0, value);
        }
        long id = claim(InsertEncoder.BLOCK_LENGTH, key, value);
        if (id > 0) {
            encode.insert
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .putKey(key.array(), 0, key.length())
                    .putValue(value.array(), 0, value.length());
            send();
        }
        return id;
    }

    public long delete(long handle) {
        long id = claim(DeleteByHandleEncoder.BLOCK_LENGTH);
        if (id > 0) {
            encode.deleteByHandle
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .handle(handle);
            send();
        }
        return id;
    }

    public long delete(Key key) {
        long id = claim(DeleteByKeyEncoder.BLOCK_LENGTH, DeleteByKeyEncoder.keyHeaderLength(), key);
        if (id > 0) {
            encode.deleteByKey
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .putKey(key.array(), 0, key.length());
            send();
        }
        return id;
    }

    /** Writes only while the entry has this version. */
    public long putIf(long handle, long expectedVersion, Value value) {
        if (value.length() > limits.maxMessageValueLength()) {
            return bulk(PutOperation.PUT_IF, handle, null, expectedVersion, value);
        }
        long id = claim(PutIfByHandleEncoder.BLOCK_LENGTH + PutIfByHandleEncoder.valueHeaderLength() + value.length());
        if (id > 0) {
            encode.putIfByHandle
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .handle(handle)
                    .expectedVersion(expectedVersion)
                    .putValue(value.array(), 0, value.length());
            send();
        }
        return id;
    }

    public long putIf(Key key, long expectedVersion, Value value) {
        if (value.length() > limits.maxMessageValueLength()) {
            return bulk(PutOperation.PUT_IF, 0, key, expectedVersion, value);
        }
        long id = claim(PutIfByKeyEncoder.BLOCK_LENGTH, key, value);
        if (id > 0) {
            encode.putIfByKey
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .expectedVersion(expectedVersion)
                    .putKey(key.array(), 0, key.length())
                    .putValue(value.array(), 0, value.length());
            send();
        }
        return id;
    }

    /** Adds to a number; the answer's value is the sum. */
    public long add(long handle, long delta) {
        long id = claim(AddByHandleEncoder.BLOCK_LENGTH);
        if (id > 0) {
            encode.addByHandle
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .handle(handle)
                    .delta(delta);
            send();
        }
        return id;
    }

    public long add(Key key, long delta) {
        long id = claim(AddByKeyEncoder.BLOCK_LENGTH, AddByKeyEncoder.keyHeaderLength(), key);
        if (id > 0) {
            encode.addByKey
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .delta(delta)
                    .putKey(key.array(), 0, key.length());
            send();
        }
        return id;
    }

    /** Takes the value away; the handle stays. */
    public long clear(long handle) {
        long id = claim(ClearByHandleEncoder.BLOCK_LENGTH);
        if (id > 0) {
            encode.clearByHandle
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .handle(handle);
            send();
        }
        return id;
    }

    public long clear(Key key) {
        long id = claim(ClearByKeyEncoder.BLOCK_LENGTH, ClearByKeyEncoder.keyHeaderLength(), key);
        if (id > 0) {
            encode.clearByKey
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .putKey(key.array(), 0, key.length());
            send();
        }
        return id;
    }

    /** Writes a value that ends {@code ttlNs} from now. */
    public long putFor(long handle, long ttlNs, Value value) {
        if (value.length() > limits.maxMessageValueLength()) {
            return bulk(PutOperation.PUT_FOR, handle, null, ttlNs, value);
        }
        long id =
                claim(PutForByHandleEncoder.BLOCK_LENGTH + PutForByHandleEncoder.valueHeaderLength() + value.length());
        if (id > 0) {
            encode.putForByHandle
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .handle(handle)
                    .ttlNs(ttlNs)
                    .putValue(value.array(), 0, value.length());
            send();
        }
        return id;
    }

    public long putFor(Key key, long ttlNs, Value value) {
        if (value.length() > limits.maxMessageValueLength()) {
            return bulk(PutOperation.PUT_FOR, 0, key, ttlNs, value);
        }
        long id = claim(PutForByKeyEncoder.BLOCK_LENGTH, key, value);
        if (id > 0) {
            encode.putForByKey
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .ttlNs(ttlNs)
                    .putKey(key.array(), 0, key.length())
                    .putValue(value.array(), 0, value.length());
            send();
        }
        return id;
    }

    /** Moves the deadline to {@code ttlNs} from now; 0 takes it away. */
    public long touch(long handle, long ttlNs) {
        long id = claim(TouchByHandleEncoder.BLOCK_LENGTH);
        if (id > 0) {
            encode.touchByHandle
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .handle(handle)
                    .ttlNs(ttlNs);
            send();
        }
        return id;
    }

    public long touch(Key key, long ttlNs) {
        long id = claim(TouchByKeyEncoder.BLOCK_LENGTH, TouchByKeyEncoder.keyHeaderLength(), key);
        if (id > 0) {
            encode.touchByKey
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .ttlNs(ttlNs)
                    .putKey(key.array(), 0, key.length());
            send();
        }
        return id;
    }

    /** Asks for an entry without a key; it is freed when this session ends. */
    public long allocate() {
        long id = claim(AllocateEncoder.BLOCK_LENGTH);
        if (id > 0) {
            encode.allocate
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch);
            send();
        }
        return id;
    }

    /** Reads an entry whose value has reached a {@link io.needletail.registry.view.Level}. */
    public long get(long handle, int level) {
        long id = claim(GetAtLevelEncoder.BLOCK_LENGTH);
        if (id > 0) {
            encode.getAtLevel
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .handle(handle)
                    .level((short) (level & 0xFF));
            send();
        }
        return id;
    }

    /** Reads every entry of the batch; the answer comes entry by entry, then its end. */
    public long get(Batch batch) {
        return sendBatch(BatchOperation.GET, batch);
    }

    public long resolve(Batch batch, boolean create) {
        return sendBatch(create ? BatchOperation.RESOLVE_OR_CREATE : BatchOperation.RESOLVE, batch);
    }

    public long put(Batch batch) {
        return sendBatch(BatchOperation.PUT, batch);
    }

    private long sendBatch(BatchOperation operation, Batch batch) {
        int length = BatchEncoders.encodedLength(operation, batch);
        if (batch.length() > limits.maxBatchLength() || length > limits.maxFrameLength()) {
            return TOO_LONG;
        }
        long id = claim(length - HEADER);
        if (id > 0) {
            encodeBatch.encode(claim.buffer(), claim.offset(), id, handleEpoch, operation, batch);
            send();
        }
        return id;
    }

    /** Makes all changes of the group or none; the answer is a batch's. */
    public long apply(Group group) {
        int length = BatchEncoders.encodedLength(group);
        if (group.length() > limits.maxBatchLength() || length > limits.maxFrameLength()) {
            return TOO_LONG;
        }
        long id = claim(length - HEADER);
        if (id > 0) {
            encodeBatch.encode(claim.buffer(), claim.offset(), id, handleEpoch, group);
            send();
        }
        return id;
    }

    /** A put whose value exceeds a message: it goes in chunks on a stream of its own, one value at a time. */
    private long bulk(PutOperation operation, long handle, Key key, long argument, Value value) {
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
            return WINDOW_FULL;
        }
        bulkSender.begin(operation, id, handleEpoch, handle, key, argument, value);
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

    private boolean answered(long id) {
        bulkId = id == bulkId ? 0 : bulkId;
        return inFlight.answered(id);
    }

    private void advanceBulk() {
        if (!bulkSender.advance()) {
            end(CloseCause.SERVER_LOST, "the stream for large values is closed");
        }
    }

    /** Asks for the present handle of a key whose handle came from an older epoch. */
    public long revalidate(long handle, Key key) {
        long id = claim(RevalidateEncoder.BLOCK_LENGTH, RevalidateEncoder.keyHeaderLength(), key);
        if (id > 0) {
            encode.revalidate
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .handle(handle)
                    .putKey(key.array(), 0, key.length());
            send();
        }
        return id;
    }

    /** Asks for one page of the entries whose keys begin with the prefix; cursor 0 is the start. */
    public long scan(Key prefix, long cursor, int maxEntries) {
        long id = claim(ScanEncoder.BLOCK_LENGTH, ScanEncoder.prefixHeaderLength(), prefix);
        if (id > 0) {
            encode.scan
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .correlationId(id)
                    .epoch(handleEpoch)
                    .cursor(cursor)
                    .maxEntries(maxEntries)
                    .putPrefix(prefix.array(), 0, prefix.length());
            send();
        }
        return id;
    }

    /** Asks for a sign of life; the answer is an OK without an entry. */
    public long ping() {
        long id = claim(KeepAliveEncoder.BLOCK_LENGTH);
        if (id > 0) {
            encodeKeepAlive(id);
            send();
        }
        return id;
    }

    /** Takes up to {@code limit} answers; how many there were, or {@link #CLOSED}. */
    public int poll(ResultHandler resultHandler, int limit) {
        if (closeCause != null) {
            return CLOSED;
        }
        handler = resultHandler;
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

    private int pollReplies(int limit) {
        polling = true;
        try {
            return connection.replies().poll(onFragment, limit);
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
            if (claimBytes(HEADER + KeepAliveEncoder.BLOCK_LENGTH) == 0) {
                encodeKeepAlive(0);
                commit();
            }
        }
    }

    private void encodeKeepAlive(long id) {
        encode.keepAlive
                .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                .correlationId(id)
                .epoch(handleEpoch);
    }

    private void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        headerDecoder.wrap(buffer, offset);
        switch (headerDecoder.templateId()) {
            case ResultDecoder.TEMPLATE_ID -> onResult(buffer, offset);
            case ValueChunkDecoder.TEMPLATE_ID -> onValueChunk(buffer, offset);
            case BatchResultDecoder.TEMPLATE_ID -> onBatchResult(buffer, offset);
            case ScanPageDecoder.TEMPLATE_ID -> onScanPage(buffer, offset);
            case KeepAliveDecoder.TEMPLATE_ID -> onKeepAlive(buffer, offset);
            case CloseDecoder.TEMPLATE_ID -> onClose(buffer, offset);
            default -> {
                // A newer server's message that this client did not ask for.
            }
        }
    }

    private void onResult(DirectBuffer buffer, int offset) {
        resultDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        long id = resultDecoder.correlationId();
        entry.identify(resultDecoder.handle(), resultDecoder.version());
        int status = resultDecoder.statusRaw();
        takeValue(entry.value());
        if (answered(id)) {
            handler.onResult(id, status, entry);
        }
    }

    private void takeValue(Value value) {
        int length = resultDecoder.valueLength();
        if (length <= Bytes.INLINE_LENGTH) {
            value.resize(length);
        } else {
            value.resize(Math.min(length, value.capacity()));
        }
        resultDecoder.getValue(value.array(), 0, value.length());
    }

    private void onValueChunk(DirectBuffer buffer, int offset) {
        chunkDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        if (bulkReceiver == null) {
            bulkReceiver = new BulkReceiver(limits.maxValueLength());
        }
        long id = chunkDecoder.correlationId();
        if (bulkReceiver.take(chunkDecoder) && answered(id)) {
            handler.onResult(id, Status.OK, bulkReceiver.entry());
        }
    }

    private void onBatchResult(DirectBuffer buffer, int offset) {
        batchDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        long id = batchDecoder.correlationId();
        int status = batchDecoder.statusRaw();
        if (!answered(id)) {
            return;
        }
        BatchResultDecoder.EntriesDecoder entries = batchDecoder.entries();
        for (int index = 0; entries.hasNext(); index++) {
            entries.next();
            entry.identify(entries.handle(), entries.version());
            int entryStatus = entries.statusRaw();
            entry.value().resize(Math.min(entries.valueLength(), entry.value().capacity()));
            entries.getValue(entry.value().array(), 0, entry.value().length());
            handler.onBatchEntry(id, index, entryStatus, entry);
        }
        handler.onBatchEnd(id, status);
    }

    private void onScanPage(DirectBuffer buffer, int offset) {
        pageDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        long id = pageDecoder.correlationId();
        long nextCursor = pageDecoder.nextCursor();
        int status = pageDecoder.statusRaw();
        if (!answered(id)) {
            return;
        }
        ScanPageDecoder.EntriesDecoder entries = pageDecoder.entries();
        while (entries.hasNext()) {
            entries.next();
            entry.identify(entries.handle(), entries.version());
            long fullLength = entries.fullLength();
            scanKey.resize(entries.keyLength());
            entries.getKey(scanKey.array(), 0, scanKey.length());
            entry.value().resize(entries.valueLength());
            entries.getValue(entry.value().array(), 0, entry.value().length());
            if (fullLength == entry.value().length()) {
                handler.onScanEntry(id, scanKey, entry);
            } else {
                handler.onScanEntryWithoutValue(id, scanKey, entry, fullLength);
            }
        }
        handler.onScanEnd(id, status, nextCursor);
    }

    private void onKeepAlive(DirectBuffer buffer, int offset) {
        long id = encode.keepAliveDecoder
                .wrapAndApplyHeader(buffer, offset, headerDecoder)
                .correlationId();
        if (id != 0 && answered(id)) {
            entry.clear();
            handler.onResult(id, Status.OK, entry);
        }
    }

    private void onClose(DirectBuffer buffer, int offset) {
        CloseDecoder close = new CloseDecoder().wrapAndApplyHeader(buffer, offset, headerDecoder);
        end(CloseCause.SERVER, close.code() + ": " + close.text());
    }

    private long claim(int bodyLength, int keyHeaderLength, Key key) {
        return key.length() > limits.maxKeyLength() ? TOO_LONG : claim(bodyLength + keyHeaderLength + key.length());
    }

    private long claim(int blockLength, Key key, Value value) {
        if (key.length() > limits.maxKeyLength() || value.length() > limits.maxValueLength()) {
            return TOO_LONG;
        }
        int headers = PutByKeyEncoder.keyHeaderLength() + PutByKeyEncoder.valueHeaderLength();
        return claim(blockLength + headers + key.length() + value.length());
    }

    /** Room for a request with this body; its correlation id, or a negative code. */
    private long claim(int bodyLength) {
        if (closeCause != null || pendingCause != null) {
            return CLOSED;
        }
        long id = nextId();
        if (id == 0) {
            return WINDOW_FULL;
        }
        claimedId = id;
        int code = claimBytes(HEADER + bodyLength);
        return code == 0 ? id : code;
    }

    private int claimBytes(int length) {
        long position = connection.requests().tryClaim(length, claim);
        if (position > 0) {
            return 0;
        }
        if (position == Publication.BACK_PRESSURED || position == Publication.ADMIN_ACTION) {
            return BACK_PRESSURED;
        }
        end(CloseCause.SERVER_LOST, "the request stream is closed: " + Publication.errorString(position));
        return CLOSED;
    }

    /** On a publication that is shared the message says whose it is. */
    private void commit() {
        if (sharedToken != 0) {
            claim.reservedValue(sharedToken);
        }
        claim.commit();
    }

    private void send() {
        assert closeCause == null : closeText;
        commit();
        noteSent(claimedId);
    }

    /** Ends the session; from within a poll only once it is over, because closing unmaps what is being polled. */
    private void end(CloseCause cause, String text) {
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
        entry.clear();
        if (handler != null) {
            inFlight.failAll(handler, entry);
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
        if (claimBytes(length) == 0) {
            new CloseEncoder()
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), headerEncoder)
                    .code(CloseReason.REQUESTED)
                    .putText(new byte[0], 0, 0);
            commit();
        }
    }
}
