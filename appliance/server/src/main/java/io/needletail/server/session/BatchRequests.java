package io.needletail.server.session;

import io.needletail.client.SessionProtocol;
import io.needletail.engine.ShardEngine;
import io.needletail.protocol.BatchDecoder;
import io.needletail.protocol.BatchOperation;
import io.needletail.protocol.GroupDecoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.ShardRoute;
import io.needletail.registry.view.Status;
import io.needletail.server.Counter;

/** Batches and groups: from the validated frame into a {@link Batch}, run, answered. For the shard's thread. */
final class BatchRequests {
    private static final int BODY = MessageHeaderDecoder.ENCODED_LENGTH;

    private final ShardEngine engine;
    private final ShardCounters counters;
    private final BatchReplyWriter reply;
    private final Acknowledgements acknowledgements;
    private final RetrySessions retries;
    private final ShardRoute route;
    private final AnonymousOwners owners;
    private final int shard;
    private final Entry before = new Entry(0);
    private final BatchDecoder batchDecoder = new BatchDecoder();
    private final GroupDecoder groupDecoder = new GroupDecoder();
    /** Also the group's: a message holds one or the other. */
    private final Group group;

    private final Batch batch;

    BatchRequests(
            ShardEngine engine,
            AnonymousOwners owners,
            ShardCounters counters,
            ReplyClaim claim,
            Acknowledgements acknowledgements,
            RetrySessions retries,
            ShardRoute route) {
        this.owners = owners;
        this.acknowledgements = acknowledgements;
        this.route = route;
        shard = engine.registry().header().shard();
        this.retries = retries;
        this.engine = engine;
        this.counters = counters;
        reply = new BatchReplyWriter(claim);
        int maxValueLength = engine.registry().header().sizing().maxValueLength();
        group = new Group(Math.min(maxValueLength, SessionProtocol.MAX_FRAME_LENGTH));
        batch = group.batch();
    }

    /** False when the batch must be taken again because its answer has no room. */
    boolean onBatch(Frame frame, SessionLane lane) {
        batchDecoder.wrap(frame.buffer(), BODY, frame.blockLength, frame.version);
        BatchOperation operation = batchDecoder.operation();
        if (operation != BatchOperation.GET && !BatchReplyWriter.hasRoom(lane.replies())) {
            return false;
        }
        long correlationId = batchDecoder.correlationId();
        boolean currentEpoch = batchDecoder.epoch() == engine.epoch();
        int level = isChange(operation) ? frame.level : Level.MEMORY;
        int status = take(batchDecoder, currentEpoch, frame.bytes());
        status = status == Status.OK ? runAtLevel(operation, level) : status;
        if (!currentEpoch) {
            refuseHandles();
        }
        if (operation != BatchOperation.GET) {
            answer(lane, correlationId, status, level);
        } else if (!reply.answer(lane.replies(), correlationId, status, batch, true)) {
            return false;
        }
        count(Counter.BATCHES, counterOf(operation));
        return true;
    }

    /** Those of another epoch name nothing. */
    private void refuseHandles() {
        for (int i = 0; i < batch.length(); i++) {
            if (!batch.isByKey(i)) {
                batch.status(i, Status.EPOCH_CHANGED);
            }
        }
    }

    private static boolean isChange(BatchOperation operation) {
        return operation == BatchOperation.PUT || operation == BatchOperation.RESOLVE_OR_CREATE;
    }

    private int runAtLevel(BatchOperation operation, int level) {
        int fault = acknowledgements.fault(level);
        if (fault != Status.OK) {
            batch.statusOfAll(fault);
            return fault;
        }
        return run(operation);
    }

    /** Answers what has been changed, when it has reached the level; there is room. */
    private void answer(SessionLane lane, long correlationId, int status, int level) {
        int waitsFor = acknowledgements.waitsFor(status, level);
        boolean waits = waitsFor != Level.MEMORY;
        BatchReplyWriter writer = waits ? acknowledgements.holdBatch(lane, waitsFor, correlationId) : reply;
        int reached = waits ? waitsFor : acknowledgements.reached(status, level);
        boolean written = writer.changed(lane.replies(), correlationId, status, batch, reached);
        assert written : "no room after the reserve was checked";
    }

    private int run(BatchOperation operation) {
        return switch (operation) {
            case GET -> engine.get(batch);
            case RESOLVE -> engine.resolve(batch, false);
            case RESOLVE_OR_CREATE -> engine.resolve(batch, true);
            case PUT -> engine.put(batch);
            default -> Status.INVALID_REQUEST;
        };
    }

    private static Counter counterOf(BatchOperation operation) {
        return switch (operation) {
            case GET -> Counter.GETS;
            case PUT -> Counter.PUTS;
            default -> Counter.RESOLVES;
        };
    }

    private void count(Counter message, Counter entry) {
        counters.add(message);
        counters.add(entry, batch.length());
        for (int i = 0; i < batch.length(); i++) {
            counters.addOutcome(batch.status(i));
        }
    }

    /** For others that answer as a batch, one at a time. */
    Batch batch() {
        return batch;
    }

    /** False when the group must be taken again because its answer has no room. */
    boolean onGroup(Frame frame, SessionLane lane) {
        if (!BatchReplyWriter.hasRoom(lane.replies())) {
            return false;
        }
        groupDecoder.wrap(frame.buffer(), BODY, frame.blockLength, frame.version);
        long correlationId = groupDecoder.correlationId();
        int status = take(groupDecoder, groupDecoder.epoch() == engine.epoch(), frame.bytes());
        status = status == Status.OK ? applyOnce(lane, correlationId, frame.level) : status;
        for (int i = 0; i < batch.length() && status == Status.OK; i++) {
            if (group.operation(i) == Group.DELETE) {
                owners.deleted(batch.handle(i), lane);
            }
        }
        answer(lane, correlationId, status, frame.level);
        counters.add(Counter.GROUPS);
        counters.addOutcome(status);
        return true;
    }

    private int applyOnce(SessionLane lane, long request, int level) {
        int repeated = retries.decide(lane, request, before);
        if (repeated != Status.OK) {
            counters.add(Counter.REPEATED);
            for (int i = 0; i < batch.length(); i++) {
                batch.status(i, repeated);
            }
            return repeated;
        }
        int fault = acknowledgements.fault(level);
        if (fault != Status.OK) {
            batch.statusOfAll(fault);
            return fault;
        }
        retries.begin(lane, request);
        int status = engine.apply(group);
        retries.end(lane);
        return status;
    }

    /** A handle of another epoch is taken as none, and answered with EPOCH_CHANGED. */
    private int take(BatchDecoder decoder, boolean currentEpoch, byte[] bytes) {
        batch.clear();
        int status = Status.OK;
        BatchDecoder.EntriesDecoder entries = decoder.entries();
        while (entries.hasNext()) {
            entries.next();
            int index = batch.add(currentEpoch ? entries.handle() : Handle.NULL);
            int keyLength = entries.keyLength();
            int keyOffset = decoder.limit() + BatchDecoder.EntriesDecoder.keyHeaderLength();
            entries.skipKey();
            int fault = takeKey(index, bytes, keyOffset, keyLength);
            int valueLength = entries.valueLength();
            int valueOffset = decoder.limit() + BatchDecoder.EntriesDecoder.valueHeaderLength();
            entries.skipValue();
            fault = fault == Status.OK ? takeValue(index, bytes, valueOffset, valueLength) : fault;
            status = status == Status.OK ? fault : status;
        }
        return status;
    }

    private int take(GroupDecoder decoder, boolean currentEpoch, byte[] bytes) {
        group.clear();
        int status = Status.OK;
        GroupDecoder.EntriesDecoder entries = decoder.entries();
        while (entries.hasNext()) {
            entries.next();
            int index = batch.add(entries.handle());
            group.note(index, entries.operationRaw(), entries.expectedVersion(), entries.delta());
            int keyLength = entries.keyLength();
            int keyOffset = decoder.limit() + GroupDecoder.EntriesDecoder.keyHeaderLength();
            entries.skipKey();
            int fault = takeKey(index, bytes, keyOffset, keyLength);
            int valueLength = entries.valueLength();
            int valueOffset = decoder.limit() + GroupDecoder.EntriesDecoder.valueHeaderLength();
            entries.skipValue();
            fault = fault == Status.OK ? takeValue(index, bytes, valueOffset, valueLength) : fault;
            fault = fault == Status.OK && !currentEpoch && keyLength == 0 ? Status.EPOCH_CHANGED : fault;
            batch.status(index, fault == Status.OK ? Status.NOT_APPLIED : fault);
            status = status == Status.OK ? fault : status;
        }
        return status;
    }

    private int takeKey(int index, byte[] bytes, int offset, int length) {
        if (length == 0) {
            return Status.OK;
        }
        if (!batch.nameByKey(index, bytes, offset, length)) {
            return refuse(index, Status.KEY_TOO_LONG);
        }
        boolean isOfThisShard = route.shardOf(batch.key(index)) == shard;
        return isOfThisShard ? Status.OK : refuse(index, Status.WRONG_SHARD);
    }

    private int takeValue(int index, byte[] bytes, int offset, int length) {
        if (length == 0) {
            batch.entry(index).value().clear(); // of most batches: they only ask
            return Status.OK;
        }
        return batch.entry(index).value().set(bytes, offset, length) ? Status.OK : refuse(index, Status.VALUE_TOO_LONG);
    }

    /** What no entry can have ends the whole batch; the entry's status says which it was. */
    private int refuse(int index, int status) {
        batch.status(index, status);
        return status;
    }
}
