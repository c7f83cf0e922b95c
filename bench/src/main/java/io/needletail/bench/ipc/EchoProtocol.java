package io.needletail.bench.ipc;

import io.needletail.protocol.GetByHandleEncoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.ResultEncoder;

/** The lengths of the messages that the echo sends: those of a get by handle and of its answer with sixteen bytes. */
final class EchoProtocol {
    static final int REQUEST_STREAM_ID = 10;
    static final int REPLY_STREAM_ID = 11;
    static final int REQUEST_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + GetByHandleEncoder.BLOCK_LENGTH;
    static final int REPLY_LENGTH =
            MessageHeaderEncoder.ENCODED_LENGTH + ResultEncoder.BLOCK_LENGTH + ResultEncoder.valueHeaderLength() + 16;

    private EchoProtocol() {}
}
