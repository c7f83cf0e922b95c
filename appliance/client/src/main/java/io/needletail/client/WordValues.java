package io.needletail.client;

import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Value;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Values of 16 bytes, as most are, on the wire: two words after their length. The codecs would copy them from and to an array, through
 * a stub that takes as long as the rest of an entry.
 */
public final class WordValues {
    /** What a codec is given in place of the value, which is then written over it. */
    public static final byte[] NOTHING = {};

    /** Of {@code varValue} in the schema. */
    private static final int LENGTH_FIELD = Short.BYTES;

    private WordValues() {}

    /** Whether the value goes as two words. */
    public static boolean fits(Value value) {
        return value.length() == Bytes.INLINE_LENGTH;
    }

    /** Writes length and words where the codec wrote an empty value; where the next field begins. */
    public static int write(MutableDirectBuffer buffer, int at, Value value) {
        assert fits(value) : "length=" + value.length();
        buffer.putShort(at, (short) Bytes.INLINE_LENGTH, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(at + LENGTH_FIELD, value.word0(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(at + LENGTH_FIELD + Long.BYTES, value.word1(), ByteOrder.LITTLE_ENDIAN);
        return at + LENGTH_FIELD + Bytes.INLINE_LENGTH;
    }

    /** Reads the words of a value whose length field stands at {@code at} and says 16. */
    static void read(DirectBuffer buffer, int at, Value into) {
        into.setInline(
                buffer.getLong(at + LENGTH_FIELD, ByteOrder.LITTLE_ENDIAN),
                buffer.getLong(at + LENGTH_FIELD + Long.BYTES, ByteOrder.LITTLE_ENDIAN),
                Bytes.INLINE_LENGTH);
    }
}
