package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.needletail.client.SessionProtocol;
import io.needletail.client.UdpEndpoint;

/**
 * Where a session's answers go: into shared memory for a client that asks through it; else to the address that it asks from, at
 * the port that it names. A client cannot have answers sent to anybody else.
 *
 * @param channel of answers
 * @param bulkChannel of pages and large values
 * @param streamId of both
 */
record ReplyAddress(String channel, String bulkChannel, int streamId) {
    private static final String SHARED_MEMORY = "aeron:ipc";

    /**
     * Null when there is none that a client could listen on.
     *
     * @param source what the media driver says about the sender of the connect
     */
    static ReplyAddress of(ConnectRequest request, String source) {
        if (request.replyStreamId() < SessionProtocol.MIN_REPLY_STREAM_ID) {
            return null;
        }
        boolean isShared = source.startsWith(SHARED_MEMORY);
        if (isShared != (request.replyPort() == 0)) {
            return null;
        }
        return isShared
                ? new ReplyAddress(SessionProtocol.CHANNEL, SessionProtocol.BULK_CHANNEL, request.replyStreamId())
                : udp(request, source);
    }

    private static ReplyAddress udp(ConnectRequest request, String source) {
        UdpEndpoint from;
        try {
            from = UdpEndpoint.parse(source);
        } catch (IllegalArgumentException e) {
            return null; // IPv6; nothing listens on it
        }
        UdpEndpoint to = from.withPort(request.replyPort());
        return from.isLoopback()
                ? new ReplyAddress(
                        SessionProtocol.udpChannel(to), SessionProtocol.udpBulkChannel(to), request.replyStreamId())
                : null;
    }

    /** Of a session that was accepted. */
    static ReplyAddress of(ExclusivePublication replies, ExclusivePublication pages) {
        return new ReplyAddress(replies.channel(), pages.channel(), replies.streamId());
    }
}
