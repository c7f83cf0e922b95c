package io.needletail.server.session;

import io.needletail.client.SessionProtocol;
import io.needletail.engine.ShardEngine;
import io.needletail.protocol.AllocateDecoder;
import io.needletail.protocol.BatchDecoder;
import io.needletail.protocol.CloseDecoder;
import io.needletail.protocol.CloseReason;
import io.needletail.protocol.ConnectDecoder;
import io.needletail.protocol.GetAtLevelDecoder;
import io.needletail.protocol.GetByHandleDecoder;
import io.needletail.protocol.GetByHandlesDecoder;
import io.needletail.protocol.GetByKeyDecoder;
import io.needletail.protocol.GroupDecoder;
import io.needletail.protocol.KeepAliveDecoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.ResolveDecoder;
import io.needletail.protocol.RevalidateDecoder;
import io.needletail.protocol.ScanDecoder;
import io.needletail.registry.RetryTable;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.ShardRoute;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Counter;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * From a validated frame to an answer, on the shard's thread. A read is answered or, without room for the answer, taken
 * again later; a change is only applied when its answer has room. Nothing is allocated.
 */
final class RequestDispatcher {
    private static final int BODY = MessageHeaderDecoder.ENCODED_LENGTH;

    private final ShardEngine engine;
    private final ControlPlane control;
    private final ScanAgent scans;
    private final ValueAgent largeValues;
    private final Answers answers;
    private final ShardCounters counters;
    private final Orphans orphans;
    private final ShardRoute route;
    private final int shards;
    private final int shard;
    private final ReplyClaim claim = new ReplyClaim();
    private final ReplyWriter reply = new ReplyWriter(claim);
    private final Acknowledgements acknowledgements;
    private final RetrySessions retries;
    private final BatchRequests batches;
    private final GetsByHandle getsByHandle;
    private final BulkRequests bulk;
    private final Key key = new Key();
    private final ChangeRequests changes;
    private final Entry entry;

    private final ConnectDecoder connect = new ConnectDecoder();
    private final KeepAliveDecoder keepAlive = new KeepAliveDecoder();
    private final GetByHandleDecoder getByHandle = new GetByHandleDecoder();
    private final GetAtLevelDecoder getAtLevel = new GetAtLevelDecoder();
    private final GetByKeyDecoder getByKey = new GetByKeyDecoder();
    private final ScanDecoder scan = new ScanDecoder();

    RequestDispatcher(
            ShardEngine engine,
            ControlPlane control,
            ScanAgent scans,
            ValueAgent largeValues,
            ShardCounters counters,
            Orphans orphans,
            AnonymousOwners owners,
            ShardRoute route,
            int anonymousLimit,
            Acknowledgements acknowledgements) {
        this.acknowledgements = acknowledgements;
        this.route = route;
        shards = route.shards();
        shard = engine.registry().header().shard();
        this.orphans = orphans;
        this.engine = engine;
        this.control = control;
        this.scans = scans;
        this.largeValues = largeValues;
        this.counters = counters;
        retries = new RetrySessions(engine);
        batches = new BatchRequests(engine, owners, counters, claim, acknowledgements, retries, route);
        getsByHandle = new GetsByHandle(engine, counters, claim, batches.batch());
        answers = new Answers(engine, counters, reply, acknowledgements);
        bulk = new BulkRequests(engine, counters, answers, acknowledgements, retries, route);
        int maxValueLength = engine.registry().header().sizing().maxValueLength();
        int capacity = Math.min(maxValueLength, SessionProtocol.MAX_MESSAGE_VALUE_LENGTH);
        entry = new Entry(capacity);
        changes = new ChangeRequests(
                engine, owners, anonymousLimit, key, new Value(SessionProtocol.MAX_FRAME_LENGTH), entry);
    }

    /** False when the request must be taken again because its answer has no room. */
    boolean dispatch(Frame frame, SessionLane lane) {
        if (lane.isOpen()) {
            boolean done = dispatchOpen(frame, lane);
            counters.add(done ? Counter.REQUESTS : Counter.REPLY_STALLS);
            closeWhenExhausted(lane);
            return done;
        }
        if (frame.templateId == ConnectDecoder.TEMPLATE_ID) {
            onConnect(frame, lane);
        } else {
            counters.add(Counter.MALFORMED_FRAMES);
            close(lane, CloseReason.NOT_CONNECTED, "a connect must come first");
        }
        return true;
    }

    /** After every answer: the next one may be another session's. */
    private void closeWhenExhausted(SessionLane lane) {
        if (claim.isExhausted()) {
            claim.forgetExhausted();
            close(lane, CloseReason.STREAM_EXHAUSTED, "the reply stream is used up; connect again");
        }
    }

    private boolean dispatchOpen(Frame frame, SessionLane lane) {
        if (shards > 1 && frame.keyLength > 0 && !isOfThisShard(frame)) {
            return answers.misrouted(lane, correlationIdOf(frame), entry);
        }
        return switch (frame.templateId) {
            case GetByHandleDecoder.TEMPLATE_ID -> onGetByHandle(frame, lane);
            case GetByKeyDecoder.TEMPLATE_ID -> onGetByKey(frame, lane);
            case GetByHandlesDecoder.TEMPLATE_ID -> getsByHandle.onRequest(frame, lane);
            case BatchDecoder.TEMPLATE_ID -> batches.onBatch(frame, lane);
            case GroupDecoder.TEMPLATE_ID -> batches.onGroup(frame, lane);
            case GetAtLevelDecoder.TEMPLATE_ID -> onGetAtLevel(frame, lane);
            case KeepAliveDecoder.TEMPLATE_ID -> onKeepAlive(frame, lane);
            case ScanDecoder.TEMPLATE_ID -> onScan(frame, lane);
            case CloseDecoder.TEMPLATE_ID -> close(lane, CloseReason.REQUESTED, "requested");
            case ConnectDecoder.TEMPLATE_ID -> close(lane, CloseReason.MALFORMED_FRAME, "connected twice");
            default -> ReplyWriter.hasRoom(lane.replies()) && changeOnce(frame, lane);
        };
    }

    /** A client that repeats requests gets each change done once. */
    private boolean changeOnce(Frame frame, SessionLane lane) {
        if (lane.retryEntry() == RetryTable.NONE || isDoneEveryTime(frame.templateId)) {
            return change(frame, lane);
        }
        long request = correlationIdOf(frame);
        int status = retries.decide(lane, request, entry);
        if (status != Status.OK) {
            return answers.repeated(lane, request, status, entry, frame.level);
        }
        retries.begin(lane, request);
        try {
            return change(frame, lane);
        } finally {
            retries.end(lane);
        }
    }

    /** Doing it twice is doing it once, or, of an entry that goes with its session, what is asked for. */
    private static boolean isDoneEveryTime(int templateId) {
        return templateId == ResolveDecoder.TEMPLATE_ID
                || templateId == RevalidateDecoder.TEMPLATE_ID
                || templateId == AllocateDecoder.TEMPLATE_ID;
    }

    private boolean change(Frame frame, SessionLane lane) {
        int fault = acknowledgements.fault(frame.level);
        if (fault != Status.OK) {
            return answers.cannotWait(lane, correlationIdOf(frame), fault, frame.level, entry);
        }
        int status = changes.apply(frame, lane);
        return answers.change(
                lane, correlationIdOf(frame), status, entry, ChangeRequests.counterOf(frame), frame.level);
    }

    /** Every request begins with it. */
    static long correlationIdOf(Frame frame) {
        return frame.buffer().getLong(BODY, ByteOrder.LITTLE_ENDIAN);
    }

    private void onConnect(Frame frame, SessionLane lane) {
        connect.wrap(frame.buffer(), BODY, frame.blockLength, frame.version);
        lane.connecting(connect.replyPort() != 0);
        String namespace = new String(frame.bytes(), frame.keyOffset, frame.keyLength, StandardCharsets.UTF_8);
        control.connect(
                lane,
                new ConnectRequest(
                        connect.correlationId(),
                        connect.protocolVersion(),
                        connect.replyStreamId(),
                        connect.replyPort(),
                        connect.clientPid(),
                        namespace,
                        connect.clientIdHigh(),
                        connect.clientIdLow()));
    }

    /**
     * Looks for an entry for a client that repeats requests and is admitted otherwise. It has one session at a time: a new one ends
     * the one before.
     */
    void attachClient(SessionLane lane, long clientIdHigh, long clientIdLow) {
        if (!lane.isClosed()) {
            takeEntry(lane, clientIdHigh, clientIdLow);
        }
        lane.retryDecided();
    }

    private void takeEntry(SessionLane lane, long clientIdHigh, long clientIdLow) {
        boolean wasKnown = retries.isKnown(clientIdHigh, clientIdLow);
        int retryEntry = retries.register(clientIdHigh, clientIdLow);
        if (retryEntry == RetryTable.NONE) {
            return;
        }
        SessionLane before = retries.laneOf(retryEntry);
        if (before != null) {
            close(before, CloseReason.REPLACED, "the client has connected again");
        }
        retries.attach(retryEntry, lane, wasKnown);
    }

    /** A sign of life that was not asked for; where there is no room the client has other things to read. */
    void assure(SessionLane lane) {
        reply.keepAlive(lane.replies(), 0, engine.epoch());
        claim.forgetExhausted(); // found by the next request of this session, not of another
    }

    private boolean onKeepAlive(Frame frame, SessionLane lane) {
        keepAlive.wrap(frame.buffer(), BODY, frame.blockLength, frame.version);
        return reply.keepAlive(lane.replies(), keepAlive.correlationId(), engine.epoch());
    }

    private boolean onGetByHandle(Frame frame, SessionLane lane) {
        getByHandle.wrap(frame.buffer(), BODY, frame.blockLength, frame.version);
        int status =
                getByHandle.epoch() == engine.epoch() ? engine.get(getByHandle.handle(), entry) : Status.EPOCH_CHANGED;
        return status == Status.OK
                ? answers.found(lane, getByHandle.correlationId(), entry)
                : answerRead(lane, getByHandle.correlationId(), status, Level.MEMORY);
    }

    private boolean onGetAtLevel(Frame frame, SessionLane lane) {
        getAtLevel.wrap(frame.buffer(), BODY, frame.blockLength, frame.version);
        int status = getAtLevel.epoch() == engine.epoch()
                ? engine.get(getAtLevel.handle(), getAtLevel.level(), entry)
                : Status.EPOCH_CHANGED;
        return answerRead(lane, getAtLevel.correlationId(), status, getAtLevel.level());
    }

    private boolean onGetByKey(Frame frame, SessionLane lane) {
        getByKey.wrap(frame.buffer(), BODY, frame.blockLength, frame.version);
        int status = takeKey(frame) ? engine.get(key, entry) : Status.KEY_TOO_LONG;
        return answerRead(lane, getByKey.correlationId(), status, Level.MEMORY);
    }

    private boolean onScan(Frame frame, SessionLane lane) {
        scan.wrap(frame.buffer(), BODY, frame.blockLength, frame.version);
        if (!takeKey(frame)) {
            return answers.read(lane, scan.correlationId(), Status.KEY_TOO_LONG, entry);
        }
        if (!ReplyWriter.hasRoom(lane.replies())) {
            return false;
        }
        counters.add(Counter.SCANS);
        boolean accepted = scans.offer(lane, scan.correlationId(), scan.cursor(), scan.maxEntries(), key);
        return accepted || answers.change(lane, scan.correlationId(), Status.SCANNER_BUSY, entry, Counter.SCANNER_BUSY);
    }

    /** A value that no message holds is read and sent by the agent for large values. */
    private boolean answerRead(SessionLane lane, long correlationId, int status, int level) {
        if (status != Status.VALUE_TOO_LONG) {
            return answers.read(lane, correlationId, status, entry);
        }
        boolean offered = largeValues.offer(lane, correlationId, entry.handle(), level);
        if (offered) {
            counters.add(Counter.GETS);
            counters.add(Counter.LARGE_GETS);
        }
        return offered;
    }

    /** A prefix belongs to every shard, and what is too long to be a key is refused as such. */
    private boolean isOfThisShard(Frame frame) {
        return frame.templateId == ScanDecoder.TEMPLATE_ID || !takeKey(frame) || route.shardOf(key) == shard;
    }

    private boolean takeKey(Frame frame) {
        return key.set(frame.bytes(), frame.keyOffset, frame.keyLength);
    }

    void reject(SessionLane lane, FrameFault fault) {
        counters.add(Counter.MALFORMED_FRAMES);
        close(lane, CloseReason.MALFORMED_FRAME, fault.what());
    }

    /** Takes a whole value that came in chunks; false when its answer has no room. */
    boolean dispatchBulk(BulkTransfer transfer, SessionLane lane) {
        boolean done = ReplyWriter.hasRoom(lane.replies()) && bulk.onTransfer(transfer, lane);
        closeWhenExhausted(lane);
        return done;
    }

    /** Answers a value that is longer than any may be; there is room. */
    void refuseBulk(BulkTransfer transfer, SessionLane lane) {
        answers.change(lane, transfer.refuse(), Status.VALUE_TOO_LONG, entry, Counter.LARGE_PUTS);
        closeWhenExhausted(lane);
    }

    /** Ends a lane, once; always true. */
    boolean close(SessionLane lane, CloseReason reason, String text) {
        if (lane.close(reason, text)) {
            orphans.adopt(lane.anonymous());
            retries.detach(lane);
            control.close(lane);
        }
        return true;
    }
}
