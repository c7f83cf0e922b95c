package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import org.agrona.MutableDirectBuffer;

/** Room for one answer in a session's reply publication: claimed, filled in place, committed. For one thread. */
final class ReplyClaim {
    private final BufferClaim claim = new BufferClaim();
    private boolean exhausted;

    /** 1 claimed, 0 no room now, -1 nobody listens any more. */
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

    MutableDirectBuffer buffer() {
        return claim.buffer();
    }

    int offset() {
        return claim.offset();
    }

    /** What the answer is to, in the frame's own header: so that an answer can be one cache line. */
    void correlationId(long id) {
        claim.reservedValue(id);
    }

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
