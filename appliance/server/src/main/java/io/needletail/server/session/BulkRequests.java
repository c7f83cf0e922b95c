package io.needletail.server.session;

import io.needletail.engine.ShardEngine;
import io.needletail.protocol.PutOperation;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.ShardRoute;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Counter;

/** Puts whose value came in chunks, on the shard's thread. */
final class BulkRequests {
    private final ShardEngine engine;
    private final ShardCounters counters;
    private final Answers answers;
    private final Acknowledgements acknowledgements;
    private final RetrySessions retries;
    private final ShardRoute route;
    private final int shard;
    private final Entry entry = new Entry(Acknowledgements.LONGEST_REASON);

    BulkRequests(
            ShardEngine engine,
            ShardCounters counters,
            Answers answers,
            Acknowledgements acknowledgements,
            RetrySessions retries,
            ShardRoute route) {
        this.acknowledgements = acknowledgements;
        this.route = route;
        shard = engine.registry().header().shard();
        this.retries = retries;
        this.engine = engine;
        this.counters = counters;
        this.answers = answers;
    }

    /** Runs it and answers; there is room. */
    boolean onTransfer(BulkTransfer transfer, SessionLane lane) {
        assert transfer.isWhole() : "a part of a value";
        counters.add(Counter.LARGE_PUTS);
        int repeated = retries.decide(lane, transfer.correlationId(), entry);
        if (repeated != Status.OK) {
            return answers.repeated(lane, transfer.correlationId(), repeated, entry, transfer.level());
        }
        int fault = acknowledgements.fault(transfer.level());
        if (fault != Status.OK) {
            return answers.cannotWait(lane, transfer.correlationId(), fault, transfer.level(), entry);
        }
        retries.begin(lane, transfer.correlationId());
        int status = transfer.isByKey() ? putByKey(transfer) : putByHandle(transfer);
        retries.end(lane);
        Counter counter = transfer.operation() == PutOperation.INSERT ? Counter.INSERTS : Counter.PUTS;
        return answers.change(lane, transfer.correlationId(), status, entry, counter, transfer.level());
    }

    private int putByKey(BulkTransfer transfer) {
        Key key = transfer.key();
        if (route.shardOf(key) != shard) {
            return Status.WRONG_SHARD;
        }
        Value value = transfer.value();
        return switch (transfer.operation()) {
            case PUT -> engine.put(key, value, entry);
            case INSERT -> engine.insert(key, value, entry);
            case PUT_IF -> engine.putIf(key, transfer.argument(), value, entry);
            case PUT_FOR -> engine.putFor(key, transfer.argument(), value, entry);
            default -> Status.INVALID_REQUEST;
        };
    }

    private int putByHandle(BulkTransfer transfer) {
        if (transfer.epoch() != engine.epoch()) {
            return Status.EPOCH_CHANGED;
        }
        Value value = transfer.value();
        return switch (transfer.operation()) {
            case PUT -> engine.put(transfer.handle(), value, entry);
            case PUT_IF -> engine.putIf(transfer.handle(), transfer.argument(), value, entry);
            case PUT_FOR -> engine.putFor(transfer.handle(), transfer.argument(), value, entry);
            default -> Status.INVALID_REQUEST;
        };
    }
}
