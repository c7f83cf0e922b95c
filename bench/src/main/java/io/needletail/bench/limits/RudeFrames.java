package io.needletail.bench.limits;

import io.needletail.client.SessionProtocol;
import io.needletail.protocol.BatchEncoder;
import io.needletail.protocol.BatchOperation;
import io.needletail.protocol.ConnectEncoder;
import io.needletail.protocol.GetByHandleEncoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.PutByKeyEncoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Requests that our library would not send, each in a buffer of its length. */
final class RudeFrames {
    private static final int HEADER = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final int ROOM = 2 * SessionProtocol.MAX_FRAME_LENGTH;

    private RudeFrames() {}

    /** @param clientId of a client that repeats requests, or 0 */
    static DirectBuffer connect(int replyStreamId, long clientId) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[ROOM]);
        int length = new ConnectEncoder()
                .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .correlationId(1)
                .clientPid(ProcessHandle.current().pid())
                .protocolVersion(SessionProtocol.VERSION)
                .replyStreamId(replyStreamId)
                .clientIdHigh(0)
                .clientIdLow(clientId)
                .replyPort(0)
                .putNamespaceName(new byte[0], 0, 0)
                .encodedLength();
        return new UnsafeBuffer(buffer, 0, HEADER + length);
    }

    static DirectBuffer get(long handle, long epoch) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[ROOM]);
        int length = new GetByHandleEncoder()
                .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .correlationId(2)
                .epoch(epoch)
                .handle(handle)
                .encodedLength();
        return new UnsafeBuffer(buffer, 0, HEADER + length);
    }

    static DirectBuffer put(int keyLength, int valueLength) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[ROOM]);
        int length = new PutByKeyEncoder()
                .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .correlationId(3)
                .epoch(0)
                .putKey(new byte[keyLength], 0, keyLength)
                .putValue(new byte[valueLength], 0, valueLength)
                .encodedLength();
        return new UnsafeBuffer(buffer, 0, HEADER + length);
    }

    static DirectBuffer batch(int entries) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[ROOM]);
        BatchEncoder batch = new BatchEncoder()
                .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .correlationId(4)
                .epoch(0)
                .operation(BatchOperation.GET);
        BatchEncoder.EntriesEncoder each = batch.entriesCount(entries);
        for (int i = 0; i < entries; i++) {
            each.next().handle(0).putKey(new byte[0], 0, 0).putValue(new byte[0], 0, 0);
        }
        return new UnsafeBuffer(buffer, 0, HEADER + batch.encodedLength());
    }
}
