package io.needletail.bench.ipc;

import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.needletail.protocol.GetByHandleEncoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.ResultEncoder;
import org.agrona.BitUtil;

/** The lengths of the messages that the echo sends: those of a get by handle and of its answer with sixteen bytes. */
final class EchoProtocol {
    static final int REQUEST_STREAM_ID = 10;
    static final int REPLY_STREAM_ID = 11;
    static final int REQUEST_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + GetByHandleEncoder.BLOCK_LENGTH;
    static final int REPLY_LENGTH =
            MessageHeaderEncoder.ENCODED_LENGTH + ResultEncoder.BLOCK_LENGTH + ResultEncoder.valueHeaderLength() + 16;

    /** What Aeron sends for a message: its header before it, a multiple of 32 bytes. */
    static int datagramLength(int messageLength) {
        return BitUtil.align(messageLength + DataHeaderFlyweight.HEADER_LENGTH, FrameDescriptor.FRAME_ALIGNMENT);
    }

    private EchoProtocol() {}
}
