package io.needletail.client;

import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Value;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Values of 16 bytes, as most are, on the wire: two words after their length. The codecs would copy them from and to an array,
 * through a stub that takes as long as the rest of an entry. A field that is written here leaves the codec's limit to be moved
 * behind it.
 */
public final class WordValues {
    /** Of {@code varKey} and {@code varValue} in the schema. */
    private static final int LENGTH_FIELD = Short.BYTES;

    /** What an entry without a key and without a value takes: two lengths. */
    static final int NO_KEY_NO_VALUE_LENGTH = 2 * LENGTH_FIELD;

    private WordValues() {}

    /** Whether the value goes as two words. */
    public static boolean fits(Value value) {
        return value.length() == Bytes.INLINE_LENGTH;
    }

    /** Writes no value; where the next field begins. */
    public static int writeNothing(MutableDirectBuffer buffer, int at) {
        buffer.putShort(at, (short) 0, ByteOrder.LITTLE_ENDIAN);
        return at + LENGTH_FIELD;
    }

    /** Writes no key and no value behind it; where the next entry begins. */
    static int writeNoKeyNoValue(MutableDirectBuffer buffer, int at) {
        buffer.putInt(at, 0, ByteOrder.LITTLE_ENDIAN);
        return at + NO_KEY_NO_VALUE_LENGTH;
    }

    /** Writes length and words; where the next field begins. */
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
