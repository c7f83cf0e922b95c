package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import org.agrona.MutableDirectBuffer;

/** Room for one answer: claimed, filled in place, committed. For one thread. */
abstract class AnswerClaim {
    /** 1 claimed, 0 no room now, -1 nobody listens any more. */
    abstract int claim(ExclusivePublication replies, int length);

    abstract MutableDirectBuffer buffer();

    abstract int offset();

    /** What the answer is to, in the frame's own header: so that an answer can be one cache line. */
    abstract void correlationId(long id);

    abstract void commit();
}
