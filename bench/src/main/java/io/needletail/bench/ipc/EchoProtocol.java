package io.needletail.bench.ipc;

import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.needletail.protocol.GetByHandleEncoder;
import io.needletail.protocol.GetByHandlesEncoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.ShortValueEncoder;
import io.needletail.protocol.ShortValuesEncoder;
import org.agrona.BitUtil;

/** The lengths of the messages that the echo sends: those of a get by handle and of its answer with sixteen bytes. */
public final class EchoProtocol {
    static final int REQUEST_STREAM_ID = 10;
    static final int REPLY_STREAM_ID = 11;
    static final int REQUEST_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + GetByHandleEncoder.BLOCK_LENGTH;
    static final int ANSWER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + ShortValueEncoder.BLOCK_LENGTH;
    /** With its frame's header two cache lines: an answer with the key's handle, a status and a value of any length. */
    public static final int LONG_ANSWER_LENGTH = 56;
    /** A message of sixteen gets by handle, and its answer. */
    public static final int BATCH_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH
            + GetByHandlesEncoder.BLOCK_LENGTH
            + GetByHandlesEncoder.EntriesEncoder.HEADER_SIZE
            + 16 * GetByHandlesEncoder.EntriesEncoder.sbeBlockLength();

    public static final int BATCH_ANSWER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH
            + ShortValuesEncoder.BLOCK_LENGTH
            + ShortValuesEncoder.EntriesEncoder.HEADER_SIZE
            + 16 * ShortValuesEncoder.EntriesEncoder.sbeBlockLength();

    /** Cache lines of a message with its frame's header. */
    public static int lines(int messageLength) {
        return (messageLength + DataHeaderFlyweight.HEADER_LENGTH + BitUtil.CACHE_LINE_LENGTH - 1)
                / BitUtil.CACHE_LINE_LENGTH;
    }

    /** What Aeron sends for a message: its header before it, a multiple of 32 bytes. */
    static int datagramLength(int messageLength) {
        return BitUtil.align(messageLength + DataHeaderFlyweight.HEADER_LENGTH, FrameDescriptor.FRAME_ALIGNMENT);
    }

    private EchoProtocol() {}
}
