package io.needletail.bench.ipc;

import io.needletail.registry.view.LittleEndian;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The bytes of an echo's messages of one length, all of them written and read: a multiple of four, eight at least. Those of two
 * cache lines with their header go word by word, longer ones as the product's do: made in an array, and copied in whole and out
 * whole.
 */
final class EchoMessage {
    private static final int SHORT = 96;

    private final int length;
    private final byte[] bytes;
    /** Where the last word begins: over the one before, when the length is no multiple of eight. */
    private final int last;

    EchoMessage(int length) {
        assert length >= Long.BYTES && length % Integer.BYTES == 0 : "length=" + length;
        this.length = length;
        bytes = new byte[length];
        last = length - Long.BYTES;
    }

    int length() {
        return length;
    }

    void write(MutableDirectBuffer buffer, int offset, long word) {
        if (length <= SHORT) {
            for (int i = 0; i < last; i += Long.BYTES) {
                buffer.putLong(offset + i, word);
            }
            buffer.putLong(offset + last, word);
            return;
        }
        for (int i = 0; i < last; i += Long.BYTES) {
            LittleEndian.putLong(bytes, i, word);
        }
        LittleEndian.putLong(bytes, last, word);
        buffer.putBytes(offset, bytes, 0, length);
    }

    /** The word it was written with; any other one in it is an error. */
    long read(DirectBuffer buffer, int offset, int received) {
        if (received != length) {
            throw new IllegalStateException("the echo's message has " + received + " bytes, expected " + length);
        }
        long word = buffer.getLong(offset + last);
        long others = length % Long.BYTES == 0 ? 0 : buffer.getInt(offset + last - Integer.BYTES) ^ (int) word;
        if (length <= SHORT) {
            for (int i = 0; i + Long.BYTES <= last; i += Long.BYTES) {
                others |= buffer.getLong(offset + i) ^ word;
            }
        } else {
            buffer.getBytes(offset, bytes, 0, length);
            for (int i = 0; i + Long.BYTES <= last; i += Long.BYTES) {
                others |= LittleEndian.getLong(bytes, i) ^ word;
            }
        }
        if (others != 0) {
            throw new IllegalStateException("the echo's message is torn");
        }
        return word;
    }
}
