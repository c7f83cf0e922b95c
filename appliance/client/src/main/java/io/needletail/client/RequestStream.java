package io.needletail.client;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.ReservedValueSupplier;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.protocol.DataHeaderFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where a session's requests go: a publication of its own, in whose memory they are encoded; or one that others use too. There a
 * message that is begun and not ended holds everybody up, so it is encoded privately and copied in whole, with the session's token.
 */
final class RequestStream {
    private static final int HEADER = DataHeaderFlyweight.HEADER_LENGTH;

    private final ExclusivePublication own;
    private final Publication shared;
    private final ReservedValueSupplier token;
    private final BufferClaim claim = new BufferClaim();
    private final UnsafeBuffer message;
    private int length;
    private String trouble = "";

    private RequestStream(ExclusivePublication own, Publication shared, long token, int maxFrameLength) {
        this.own = own;
        this.shared = shared;
        this.token = (frame, offset, frameLength) -> token;
        message = new UnsafeBuffer(new byte[HEADER + maxFrameLength]);
    }

    static RequestStream own(ExclusivePublication publication) {
        return new RequestStream(publication, null, 0, 0);
    }

    static RequestStream shared(Publication publication, long token, int maxFrameLength) {
        return new RequestStream(null, publication, token, maxFrameLength);
    }

    /** Room for a message of this length; 0, or {@link Session#BACK_PRESSURED} or {@link Session#CLOSED}. */
    int claim(int messageLength) {
        if (shared == null) {
            return codeOf(own.tryClaim(messageLength, claim));
        }
        length = messageLength;
        claim.wrap(message, 0, HEADER + messageLength);
        return 0;
    }

    /** Where the message is written. */
    BufferClaim claimed() {
        return claim;
    }

    /** Sends what was written; the same codes, and on a publication of its own always 0. */
    int commit() {
        if (shared == null) {
            claim.commit();
            return 0;
        }
        return codeOf(shared.offer(message, HEADER, length, token));
    }

    private int codeOf(long position) {
        if (position > 0) {
            return 0;
        }
        if (position == Publication.BACK_PRESSURED || position == Publication.ADMIN_ACTION) {
            return Session.BACK_PRESSURED;
        }
        trouble = Publication.errorString(position);
        return Session.CLOSED;
    }

    /** Why it is closed. */
    String trouble() {
        return trouble;
    }
}
