package io.needletail.server.session;

import io.needletail.client.HeaderWord;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.ShortValueEncoder;
import io.needletail.registry.view.Entry;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/** The commonest answer: a value of sixteen bytes to who knows the handle. Four words, written without the codec. */
public final class ShortValueAnswer {
    private static final int HEADER = MessageHeaderEncoder.ENCODED_LENGTH;

    /** Bytes of the message with its header. */
    public static final int LENGTH = HEADER + ShortValueEncoder.BLOCK_LENGTH;

    private static final long HEADER_WORD = HeaderWord.of(new ShortValueEncoder());
    private static final int VERSION = HEADER + ShortValueEncoder.versionEncodingOffset();
    private static final int WORD0 = HEADER + ShortValueEncoder.word0EncodingOffset();
    private static final int WORD1 = HEADER + ShortValueEncoder.word1EncodingOffset();

    private ShortValueAnswer() {}

    /** @param entry whose value has sixteen bytes */
    public static void write(MutableDirectBuffer buffer, int offset, Entry entry) {
        HeaderWord.write(buffer, offset, HEADER_WORD);
        buffer.putLong(offset + VERSION, entry.version(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + WORD0, entry.value().word0(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + WORD1, entry.value().word1(), ByteOrder.LITTLE_ENDIAN);
    }
}
