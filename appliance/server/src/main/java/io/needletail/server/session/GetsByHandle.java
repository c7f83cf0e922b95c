package io.needletail.server.session;

import io.needletail.engine.ShardEngine;
import io.needletail.protocol.GetByHandlesDecoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.registry.Registry;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.LittleEndian;
import io.needletail.registry.view.Status;
import io.needletail.server.Counter;

/**
 * Several gets by handle in one message: values of 16 bytes go from their slots straight into the answer, and none is kept in
 * between. As soon as a value has another length the answer is begun anew, as a batch's. For the shard's thread.
 */
final class GetsByHandle {
    private static final int BODY = MessageHeaderDecoder.ENCODED_LENGTH;

    private static final int OTHER_LENGTH = -1;

    private final ShardEngine engine;
    private final Registry registry;
    private final ShardCounters counters;
    private final ShortValuesWriter shortValues;
    private final BatchReplyWriter longer;
    private final GetByHandlesDecoder request = new GetByHandlesDecoder();
    private final Entry entry;
    private final Batch batch;
    /** Why entries have no value, counted when the answer is sent. */
    private final int[] missed = new int[Batch.MAX_LENGTH];

    GetsByHandle(ShardEngine engine, ShardCounters counters, ReplyClaim claim, Batch batch) {
        this.engine = engine;
        this.counters = counters;
        this.batch = batch;
        registry = engine.registry();
        shortValues = new ShortValuesWriter(claim);
        longer = new BatchReplyWriter(claim);
        entry = new Entry(batch.valueCapacity());
    }

    /** False when the request must be taken again because its answer has no room. */
    boolean onRequest(Frame frame, SessionLane lane) {
        request.wrap(frame.buffer(), BODY, frame.blockLength, frame.version);
        GetByHandlesDecoder.EntriesDecoder entries = request.entries();
        int count = entries.count();
        int from = request.limit();
        int step = entries.actingBlockLength();
        boolean isCurrent = request.epoch() == engine.epoch();
        int misses = write(frame, from, step, count, isCurrent);
        if (misses == OTHER_LENGTH) {
            return answerAnyLength(frame, lane, from, step, count);
        }
        if (!shortValues.send(lane.replies(), request.correlationId())) {
            return false;
        }
        count(count);
        for (int i = 0; i < misses; i++) {
            counters.addOutcome(missed[i]);
        }
        return true;
    }

    /** How many entries have no value; or {@link #OTHER_LENGTH}, when one has a value of another length than 16 bytes. */
    private int write(Frame frame, int from, int step, int count, boolean isCurrent) {
        int misses = 0;
        shortValues.begin(count);
        byte[] bytes = frame.bytes();
        for (int i = 0; i < count; i++) {
            long handle = LittleEndian.getLong(bytes, from + i * step);
            long slot = isCurrent ? registry.shortValue(handle) : Registry.NO_SHORT_VALUE;
            if (slot != Registry.NO_SHORT_VALUE) {
                shortValues.found(i, slot);
                continue;
            }
            int status = isCurrent ? engine.get(handle, entry) : Status.EPOCH_CHANGED;
            if (status == Status.OK || status == Status.VALUE_TOO_LONG) {
                return OTHER_LENGTH;
            }
            shortValues.missed(i, status);
            missed[misses++] = status;
        }
        return misses;
    }

    private void count(int gets) {
        counters.add(Counter.BATCHES);
        counters.add(Counter.GETS, gets);
    }

    private boolean answerAnyLength(Frame frame, SessionLane lane, int from, int step, int count) {
        batch.clear();
        for (int i = 0; i < count; i++) {
            batch.add(LittleEndian.getLong(frame.bytes(), from + i * step));
        }
        engine.get(batch);
        if (!longer.answer(lane.replies(), request.correlationId(), Status.OK, batch, true)) {
            return false;
        }
        count(count);
        for (int i = 0; i < count; i++) {
            counters.addOutcome(batch.status(i));
        }
        return true;
    }
}
