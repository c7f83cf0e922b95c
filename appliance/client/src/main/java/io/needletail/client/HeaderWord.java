package io.needletail.client;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A message's header as the one word it is: length of the block, template, schema and version, 16 bits each from the lowest on. The
 * codec writes it as four fields, each with a check of its own (bench/RESULTS.md, attempt 26).
 */
public final class HeaderWord {
    private HeaderWord() {}

    public static long of(MessageEncoderFlyweight message) {
        return (message.sbeBlockLength() & 0xFFFFL)
                | (message.sbeTemplateId() & 0xFFFFL) << 16
                | (message.sbeSchemaId() & 0xFFFFL) << 32
                | (message.sbeSchemaVersion() & 0xFFFFL) << 48;
    }

    public static void write(MutableDirectBuffer buffer, int offset, long headerWord) {
        buffer.putLong(offset, headerWord, ByteOrder.LITTLE_ENDIAN);
    }
}
