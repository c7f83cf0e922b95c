package io.needletail.registry.view;

import java.util.zip.CRC32C;

/** A reusable key. Fill it, pass it, fill it again; nothing keeps a reference to it. */
public final class Key extends Bytes {
    /** The longest key a region can be formatted for. */
    public static final int MAX_LENGTH = 1024;

    private final CRC32C crc = new CRC32C();
    private final byte[] digits = new byte[20];

    public Key() {
        super(MAX_LENGTH);
    }

    public Key(String text) {
        this();
        setUtf8(text);
    }

    /** CRC32C of the key's bytes: its integrity check in its slot, and what chooses its shard. */
    public int crc32c() {
        crc.reset();
        crc.update(array(), 0, length());
        return (int) crc.getValue();
    }

    /** Appends text of ASCII characters, without allocation. */
    public Key append(CharSequence ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            char c = ascii.charAt(i);
            if (c > 0x7F) {
                throw new IllegalArgumentException("not ASCII: index=" + i);
            }
            append((byte) c);
        }
        return this;
    }

    /** Appends a number of 0 or more in decimal, without allocation. */
    public Key append(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("number=" + number);
        }
        int at = digits.length;
        do {
            digits[--at] = (byte) ('0' + number % 10);
            number /= 10;
        } while (number != 0);
        while (at < digits.length) {
            append(digits[at++]);
        }
        return this;
    }
}
