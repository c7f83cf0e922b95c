package io.needletail.server.cli;

import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Value;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Keys and values as people write and read them: UTF-8, or hex after 0x. */
public final class TextBytes {
    private static final String HEX = "0x";

    private TextBytes() {}

    public static byte[] parse(String text) {
        if (!text.startsWith(HEX)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return HexFormat.of().parseHex(text.substring(HEX.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is not hex: " + e.getMessage(), e);
        }
    }

    static Key key(String text) {
        byte[] bytes = parse(text);
        Key key = new Key();
        if (!key.set(bytes, 0, bytes.length)) {
            throw new RefusedException("KEY_TOO_LONG: the key has " + bytes.length + " bytes; none has more than "
                    + Key.MAX_LENGTH + ", whatever max-key-length says");
        }
        return key;
    }

    static Value value(String text) {
        byte[] bytes = parse(text);
        Value value = new Value(bytes.length);
        value.set(bytes, 0, bytes.length);
        return value;
    }

    static String hex(Bytes bytes) {
        return HEX + HexFormat.of().formatHex(bytes.toByteArray());
    }

    /** The text when the bytes are UTF-8 without control characters, else hex. */
    static String format(Bytes bytes) {
        return format(bytes.toByteArray());
    }

    /** The same of bytes by themselves. */
    public static String format(byte[] array) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(array))
                    .toString();
            if (text.chars().noneMatch(Character::isISOControl) && !text.startsWith(HEX)) {
                return text;
            }
        } catch (CharacterCodingException e) {
            return HEX + HexFormat.of().formatHex(array); // not text
        }
        return HEX + HexFormat.of().formatHex(array);
    }
}
