package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.needletail.client.SessionProtocol;
import io.needletail.client.WordValues;
import io.needletail.protocol.KeepAliveEncoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.OutcomeEncoder;
import io.needletail.protocol.ResultEncoder;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;

/** Encodes the answer to one request in place, in the shortest message that holds it. */
final class ReplyWriter {
    /** An answer without a value, with its frame header, twice: a change is only applied when both would still fit. */
    static final long CHANGE_RESERVE = 512;

    private static final int OUTCOME_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + OutcomeEncoder.BLOCK_LENGTH;
    private static final int RESULT_LENGTH =
            MessageHeaderEncoder.ENCODED_LENGTH + ResultEncoder.BLOCK_LENGTH + ResultEncoder.valueHeaderLength();

    private final AnswerClaim claim;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final OutcomeEncoder outcome = new OutcomeEncoder();
    private final ResultEncoder result = new ResultEncoder();
    private final KeepAliveEncoder keepAlive = new KeepAliveEncoder();

    ReplyWriter(AnswerClaim claim) {
        this.claim = claim;
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

    /** What a get by handle found, whose asker knows the handle. False when there is no room now. */
    boolean found(ExclusivePublication replies, long correlationId, Entry entry) {
        if (!WordValues.fits(entry.value())) {
            return result(replies, correlationId, Status.OK, entry);
        }
        int code = claim.claim(replies, ShortValueAnswer.LENGTH);
        if (code <= 0) {
            return code < 0;
        }
        claim.correlationId(correlationId);
        ShortValueAnswer.write(claim.buffer(), claim.offset(), entry);
        claim.commit();
        return true;
    }

    /** False when there is no room now; the request is then taken again later. */
    boolean result(ExclusivePublication replies, long correlationId, int status, Entry entry) {
        return result(replies, correlationId, status, entry, Level.MEMORY);
    }

    /** The same to a change, which has reached this level when the answer is sent. */
    boolean result(ExclusivePublication replies, long correlationId, int status, Entry entry, int level) {
        int valueLength = entry.value().length();
        if (valueLength == 0) {
            return outcome(replies, correlationId, status, entry.handle(), entry.version(), level);
        }
        int code = claim.claim(replies, RESULT_LENGTH + valueLength);
        if (code <= 0) {
            return code < 0;
        }
        result.wrapAndApplyHeader(claim.buffer(), claim.offset(), header)
                .correlationId(correlationId)
                .version(entry.version())
                .handle(entry.handle())
                .status(ResultStatuses.of(status))
                .level((short) level);
        if (WordValues.fits(entry.value())) {
            WordValues.write(claim.buffer(), result.limit(), entry.value());
        } else {
            result.putValue(entry.value().array(), 0, valueLength);
        }
        claim.commit();
        return true;
    }

    /** An answer without a value. False when there is no room now. */
    boolean outcome(ExclusivePublication replies, long correlationId, int status, long handle, long version) {
        return outcome(replies, correlationId, status, handle, version, Level.MEMORY);
    }

    /** The same to a change, with the level that it has reached. */
    boolean outcome(
            ExclusivePublication replies, long correlationId, int status, long handle, long version, int level) {
        int code = claim.claim(replies, OUTCOME_LENGTH);
        if (code <= 0) {
            return code < 0;
        }
        claim.correlationId(correlationId);
        outcome.wrapAndApplyHeader(claim.buffer(), claim.offset(), header)
                .version(version)
                .handle(handle)
                .status(ResultStatuses.of(status))
                .level((short) level);
        claim.commit();
        return true;
    }

    boolean keepAlive(ExclusivePublication replies, long correlationId, long epoch) {
        int code = claim.claim(replies, MessageHeaderEncoder.ENCODED_LENGTH + KeepAliveEncoder.BLOCK_LENGTH);
        if (code > 0) {
            keepAlive
                    .wrapAndApplyHeader(claim.buffer(), claim.offset(), header)
                    .correlationId(correlationId)
                    .epoch(epoch);
            claim.commit();
        }
        return code != 0;
    }
}
