package io.needletail.server.session;

import io.needletail.protocol.ConnectEncoder;
import io.needletail.protocol.MessageHeaderEncoder;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** A connect as a test sends it: of nobody, to the namespace without a name. */
final class ConnectFrame {
    private ConnectFrame() {}

    static byte[] of(int version, int replyStreamId, int replyPort) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        int length = MessageHeaderEncoder.ENCODED_LENGTH
                + new ConnectEncoder()
                        .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                        .correlationId(1)
                        .clientPid(1)
                        .protocolVersion(version)
                        .replyStreamId(replyStreamId)
                        .clientIdHigh(0)
                        .clientIdLow(0)
                        .replyPort(replyPort)
                        .putNamespaceName(new byte[0], 0, 0)
                        .encodedLength();
        return Arrays.copyOf(buffer.byteArray(), length);
    }
}
