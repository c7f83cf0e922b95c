package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import org.agrona.MutableDirectBuffer;

/** Room for one answer in a session's reply publication. */
final class ReplyClaim extends AnswerClaim {
    private final BufferClaim claim = new BufferClaim();
    private boolean exhausted;

    @Override
    int claim(ExclusivePublication replies, int length) {
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

    @Override
    MutableDirectBuffer buffer() {
        return claim.buffer();
    }

    @Override
    int offset() {
        return claim.offset();
    }

    @Override
    void correlationId(long id) {
        claim.reservedValue(id);
    }

    @Override
    void commit() {
        claim.commit();
    }

    /** True when the stream has reached the last position Aeron can number: 2^47 bytes with these terms, some weeks. */
    boolean isExhausted() {
        return exhausted;
    }

    void forgetExhausted() {
        exhausted = false;
    }
}
