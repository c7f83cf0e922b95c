package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.needletail.client.SessionProtocol;
import io.needletail.protocol.AcceptedEncoder;
import io.needletail.protocol.CloseEncoder;
import io.needletail.protocol.CloseReason;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.RefusalCode;
import io.needletail.protocol.RefusedEncoder;
import io.needletail.registry.view.Batch;
import org.agrona.concurrent.UnsafeBuffer;

/** The conductor's messages. Each method answers false when it could not be sent now; a closed stream counts as sent. */
final class SessionMessages {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[SessionProtocol.MAX_FRAME_LENGTH]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();

    boolean accepted(
            ExclusivePublication replies, ConnectRequest request, SessionLane lane, AcceptedTemplate template) {
        AcceptedEncoder message = new AcceptedEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(request.correlationId())
                .epoch(template.epoch())
                .dataSetIdHigh(template.dataSetIdHigh())
                .dataSetIdLow(template.dataSetIdLow())
                .livenessTimeoutNs(template.livenessTimeoutNs())
                .requestStreamId(SessionProtocol.requestStreamId(template.shard()))
                .replyStreamId(request.replyStreamId())
                .maxKeyLength(template.maxKeyLength())
                .maxValueLength(template.maxValueLength())
                .maxFrameLength(SessionProtocol.MAX_FRAME_LENGTH)
                .maxInFlight(maxInFlight(lane, template))
                .shards(template.route().shards())
                .firstShard(template.route().firstShard())
                .shard(template.shard())
                .maxBatchLength(Batch.MAX_LENGTH)
                .lastRequest(lane.repeatsUpTo())
                .maxMessageValueLength(SessionProtocol.MAX_MESSAGE_VALUE_LENGTH)
                .sharedToken(lane.sharedToken())
                .persistentMemory((short) template.persistentMemory())
                .remoteAddress(template.remote().region().address())
                .remoteKey(template.remote().region().key())
                .remoteLength(template.remote().region().length())
                .leaseNs(template.leaseNs())
                .regionPath(template.regionPath())
                .remoteProvider(template.remote().provider())
                .putRemoteEndpoint(
                        template.remote().endpoint(), 0, template.remote().endpoint().length);
        return offer(replies, message.encodedLength());
    }

    private static int maxInFlight(SessionLane lane, AcceptedTemplate template) {
        return lane.isShared()
                ? Math.min(SessionLimit.SHARED_IN_FLIGHT, template.maxInFlight())
                : template.maxInFlight();
    }

    boolean refused(ExclusivePublication replies, long correlationId, RefusalCode code, int firstShard, String text) {
        RefusedEncoder message = new RefusedEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(correlationId)
                .code(code)
                .firstShard(firstShard)
                .text(text);
        return offer(replies, message.encodedLength());
    }

    boolean close(ExclusivePublication replies, CloseReason reason, String text) {
        CloseEncoder message = new CloseEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .code(reason)
                .text(text);
        return offer(replies, message.encodedLength());
    }

    private boolean offer(ExclusivePublication replies, int encodedLength) {
        long position = replies.offer(buffer, 0, MessageHeaderEncoder.ENCODED_LENGTH + encodedLength);
        return position > 0 || (position != Publication.BACK_PRESSURED && position != Publication.ADMIN_ACTION);
    }
}
