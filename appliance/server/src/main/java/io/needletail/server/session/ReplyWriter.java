package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.needletail.client.SessionProtocol;
import io.needletail.client.WordValues;
import io.needletail.protocol.BatchResultEncoder;
import io.needletail.protocol.KeepAliveEncoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.ResultEncoder;
import io.needletail.protocol.ResultStatus;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;

/** Encodes answers in place, in the session's own reply publication. */
final class ReplyWriter {
    /** An answer without a value, with its frame header, twice: a change is only applied when both would still fit. */
    static final long CHANGE_RESERVE = 512;

    private static final int BATCH_HEADER = MessageHeaderEncoder.ENCODED_LENGTH
            + BatchResultEncoder.BLOCK_LENGTH
            + BatchResultEncoder.EntriesEncoder.HEADER_SIZE;
    private static final int BATCH_ENTRY =
            BatchResultEncoder.EntriesEncoder.sbeBlockLength() + BatchResultEncoder.EntriesEncoder.valueHeaderLength();
    /** The same for the longest batch. */
    private static final long BATCH_RESERVE = 2L * (BATCH_HEADER + Batch.MAX_LENGTH * BATCH_ENTRY) + CHANGE_RESERVE;

    private static final int RESULT_LENGTH =
            MessageHeaderEncoder.ENCODED_LENGTH + ResultEncoder.BLOCK_LENGTH + ResultEncoder.valueHeaderLength();
    private static final ResultStatus[] STATUSES = statuses();

    private boolean exhausted;
    private final BufferClaim claim = new BufferClaim();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ResultEncoder result = new ResultEncoder();
    private final BatchResultEncoder batchResult = new BatchResultEncoder();
    private final KeepAliveEncoder keepAlive = new KeepAliveEncoder();

    private static ResultStatus[] statuses() {
        ResultStatus[] statuses = new ResultStatus[Status.count()];
        for (int i = 0; i < statuses.length; i++) {
            statuses[i] = ResultStatus.get((short) i);
        }
        return statuses;
    }

    /** True when the answer to a change will find room, or nobody listens any more. */
    static boolean hasRoom(ExclusivePublication replies) {
        long window = replies.availableWindow();
        return window >= CHANGE_RESERVE || window == Publication.CLOSED;
    }

    /** A lane that had no room is taken up again when any answer has: two of the largest, for a term's end between. */
    static boolean hasRoomToResume(ExclusivePublication replies) {
        long window = replies.availableWindow();
        return window >= 2L * SessionProtocol.MTU_LENGTH || window == Publication.CLOSED;
    }

    /** False when there is no room now; the request is then taken again later. */
    boolean result(ExclusivePublication replies, long correlationId, int status, Entry entry) {
        int valueLength = entry.value().length();
        int code = claim(replies, RESULT_LENGTH + valueLength);
        if (code <= 0) {
            return code < 0;
        }
        result.wrapAndApplyHeader(claim.buffer(), claim.offset(), header)
                .correlationId(correlationId)
                .version(entry.version())
                .handle(entry.handle())
                .status(STATUSES[status]);
        if (WordValues.fits(entry.value())) {
            WordValues.write(claim.buffer(), result.limit(), entry.value());
        } else {
            result.putValue(entry.value().array(), 0, valueLength);
        }
        claim.commit();
        return true;
    }

    /** True when the answer to any batch of changes will find room, or nobody listens any more. */
    static boolean hasRoomForBatch(ExclusivePublication replies) {
        long window = replies.availableWindow();
        return window >= BATCH_RESERVE || window == Publication.CLOSED;
    }

    /**
     * Answers a batch. Values that no longer fit are left out and their entries say REPLY_FULL. False when there is no room now.
     */
    boolean batchResult(ExclusivePublication replies, long correlationId, int status, Batch batch, boolean withValues) {
        int code = claim(replies, withValues ? fitValues(batch) : BATCH_HEADER + batch.length() * BATCH_ENTRY);
        if (code <= 0) {
            return code < 0;
        }
        BatchResultEncoder.EntriesEncoder entries = batchResult
                .wrapAndApplyHeader(claim.buffer(), claim.offset(), header)
                .correlationId(correlationId)
                .status(STATUSES[status])
                .entriesCount(batch.length());
        for (int i = 0; i < batch.length(); i++) {
            Entry entry = batch.entry(i);
            boolean hasValue = withValues && batch.status(i) == Status.OK;
            entries.next().handle(entry.handle()).version(entry.version()).status(STATUSES[batch.status(i)]);
            int at = batchResult.limit();
            if (!hasValue) {
                batchResult.limit(WordValues.writeNothing(claim.buffer(), at));
            } else if (WordValues.fits(entry.value())) {
                batchResult.limit(WordValues.write(claim.buffer(), at, entry.value()));
            } else {
                entries.putValue(entry.value().array(), 0, entry.value().length());
            }
        }
        claim.commit();
        return true;
    }

    /** The length of the answer; entries without room for their value are marked. */
    private static int fitValues(Batch batch) {
        int length = BATCH_HEADER + batch.length() * BATCH_ENTRY;
        for (int i = 0; i < batch.length(); i++) {
            int valueLength =
                    batch.status(i) == Status.OK ? batch.entry(i).value().length() : 0;
            if (length + valueLength > SessionProtocol.MAX_FRAME_LENGTH) {
                batch.status(i, Status.REPLY_FULL);
            } else {
                length += valueLength;
            }
        }
        return length;
    }

    boolean keepAlive(ExclusivePublication replies, long correlationId, long epoch) {
        int code = claim(replies, MessageHeaderEncoder.ENCODED_LENGTH + KeepAliveEncoder.BLOCK_LENGTH);
        if (code > 0) {
            keepAlive
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), header)
                    .correlationId(correlationId)
                    .epoch(epoch);
            claim.commit();
        }
        return code != 0;
    }

    /** True when the stream has reached the last position Aeron can number: 2^47 bytes with these terms, some weeks. */
    boolean isExhausted() {
        return exhausted;
    }

    void forgetExhausted() {
        exhausted = false;
    }

    /** 1 claimed, 0 no room now, -1 nobody listens any more. */
    private int claim(ExclusivePublication replies, int length) {
        long position = replies.tryClaim(length, claim);
        if (position == Publication.ADMIN_ACTION) {
            position = replies.tryClaim(length, claim); // the term was rotated, the next one is open
        }
        if (position > 0) {
            return 1;
        }
        exhausted = position == Publication.MAX_POSITION_EXCEEDED;
        return position == Publication.BACK_PRESSURED || position == Publication.ADMIN_ACTION ? 0 : -1;
    }
}
