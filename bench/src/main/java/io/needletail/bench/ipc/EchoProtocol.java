package io.needletail.bench.ipc;

import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.needletail.protocol.GetByHandleEncoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.ShortValueEncoder;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The lengths of the messages that the echo sends: those of a get by handle and of its answer with sixteen bytes. */
final class EchoProtocol {
    static final int REQUEST_STREAM_ID = 10;
    static final int REPLY_STREAM_ID = 11;
    static final int REQUEST_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + GetByHandleEncoder.BLOCK_LENGTH;
    static final int ANSWER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + ShortValueEncoder.BLOCK_LENGTH;
    /** With its frame's header two cache lines: an answer with the key's handle, a status and a value of any length. */
    static final int LONG_ANSWER_LENGTH = 56;

    /** What Aeron sends for a message: its header before it, a multiple of 32 bytes. */
    static int datagramLength(int messageLength) {
        return BitUtil.align(messageLength + DataHeaderFlyweight.HEADER_LENGTH, FrameDescriptor.FRAME_ALIGNMENT);
    }

    /** Writes all of an answer. */
    static void fill(MutableDirectBuffer buffer, int offset, int length, long word) {
        for (int i = 0; i + Long.BYTES <= length; i += Long.BYTES) {
            buffer.putLong(offset + i, word);
        }
    }

    /** Reads all of an answer: its word. */
    static long read(DirectBuffer buffer, int offset, int length) {
        long word = buffer.getLong(offset);
        for (int i = Long.BYTES; i + Long.BYTES <= length; i += Long.BYTES) {
            if (buffer.getLong(offset + i) != word) {
                throw new IllegalStateException("the echo's answer is torn at " + i);
            }
        }
        return word;
    }

    private EchoProtocol() {}
}
