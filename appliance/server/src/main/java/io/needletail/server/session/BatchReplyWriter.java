package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.needletail.client.SessionProtocol;
import io.needletail.client.WordValues;
import io.needletail.protocol.BatchResultEncoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;

/** Encodes the answer to a batch or a group in place. */
final class BatchReplyWriter {
    private static final int HEADER = MessageHeaderEncoder.ENCODED_LENGTH
            + BatchResultEncoder.BLOCK_LENGTH
            + BatchResultEncoder.EntriesEncoder.HEADER_SIZE;
    private static final int ENTRY =
            BatchResultEncoder.EntriesEncoder.sbeBlockLength() + BatchResultEncoder.EntriesEncoder.valueHeaderLength();
    /** The longest batch without values, with its frame header, twice. */
    private static final long RESERVE = 2L * (HEADER + Batch.MAX_LENGTH * ENTRY) + ReplyWriter.CHANGE_RESERVE;

    private final AnswerClaim claim;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final BatchResultEncoder result = new BatchResultEncoder();

    BatchReplyWriter(AnswerClaim claim) {
        this.claim = claim;
    }

    /** True when the answer to any batch of changes will find room, or nobody listens any more. */
    static boolean hasRoom(ExclusivePublication replies) {
        long window = replies.availableWindow();
        return window >= RESERVE || window == Publication.CLOSED;
    }

    /**
     * Answers a batch. Values that no longer fit are left out and their entries say REPLY_FULL. False when there is no room now.
     */
    boolean answer(ExclusivePublication replies, long correlationId, int status, Batch batch, boolean withValues) {
        return answer(replies, correlationId, status, batch, withValues, Level.MEMORY);
    }

    /** Answers changes, which have reached this level when the answer is sent. */
    boolean changed(ExclusivePublication replies, long correlationId, int status, Batch batch, int level) {
        return answer(replies, correlationId, status, batch, false, level);
    }

    private boolean answer(
            ExclusivePublication replies, long correlationId, int status, Batch batch, boolean withValues, int level) {
        int code = claim.claim(replies, withValues ? fitValues(batch) : HEADER + batch.length() * ENTRY);
        if (code <= 0) {
            return code < 0;
        }
        BatchResultEncoder.EntriesEncoder entries = result.wrapAndApplyHeader(claim.buffer(), claim.offset(), header)
                .correlationId(correlationId)
                .status(ResultStatuses.of(status))
                .level((short) level)
                .entriesCount(batch.length());
        for (int i = 0; i < batch.length(); i++) {
            Entry entry = batch.entry(i);
            boolean hasValue = withValues && batch.status(i) == Status.OK;
            entries.next().handle(entry.handle()).version(entry.version()).status(ResultStatuses.of(batch.status(i)));
            int at = result.limit();
            if (!hasValue) {
                result.limit(WordValues.writeNothing(claim.buffer(), at));
            } else if (WordValues.fits(entry.value())) {
                result.limit(WordValues.write(claim.buffer(), at, entry.value()));
            } else {
                entries.putValue(entry.value().array(), 0, entry.value().length());
            }
        }
        claim.commit();
        return true;
    }

    /** The length of the answer; entries without room for their value are marked. */
    private static int fitValues(Batch batch) {
        int length = HEADER + batch.length() * ENTRY;
        for (int i = 0; i < batch.length(); i++) {
            int valueLength =
                    batch.status(i) == Status.OK ? batch.entry(i).value().length() : 0;
            boolean isTooLong = batch.status(i) == Status.VALUE_TOO_LONG; // no message holds it
            if (isTooLong || length + valueLength > SessionProtocol.MAX_FRAME_LENGTH) {
                batch.status(i, Status.REPLY_FULL);
            } else {
                length += valueLength;
            }
        }
        return length;
    }
}
