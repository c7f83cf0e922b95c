package io.needletail.registry.view;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A reusable, little-endian sequence of bytes with a fixed capacity. Not thread safe: one owner at a time. The two first
 * words are zero beyond the length, so that what is inline in a slot can be compared and copied as two longs. What came as
 * two words stays two words until somebody asks for the array: a get of a short value then stores no byte.
 */
public abstract class Bytes {
    /** What a slot holds inline. */
    public static final int INLINE_LENGTH = 16;

    private final byte[] array;
    private final int capacity;
    private int length;
    /** The two first words, in place of the array's, while {@link #isInline}. */
    private long inline0;

    private long inline1;
    private boolean isInline;

    Bytes(int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("capacity=" + capacity);
        }
        this.capacity = capacity;
        this.array = new byte[Math.max((capacity + 7) & ~7, INLINE_LENGTH)]; // whole words, for wordAt
    }

    public final int length() {
        return length;
    }

    public final int capacity() {
        return capacity;
    }

    /** The bytes themselves, of which the first {@link #length()} count; to be asked for anew after each change. */
    public final byte[] array() {
        return isInline ? spill() : array;
    }

    private byte[] spill() {
        LittleEndian.putLong(array, 0, inline0);
        LittleEndian.putLong(array, 8, inline1);
        isInline = false;
        return array;
    }

    public final void clear() {
        if (length != 0) { // nothing is zero beyond its length
            setInline(0L, 0L, 0);
        }
    }

    /** Copies {@code length} bytes in; false, and nothing changed, when they exceed the capacity. */
    public final boolean set(byte[] source, int offset, int length) {
        if (length < 0 || length > capacity) {
            return false;
        }
        zeroInline();
        System.arraycopy(source, offset, array, 0, length);
        this.length = length;
        return true;
    }

    /** Copies region bytes in; the caller has checked the length against the region's limit. */
    public final void setFromMemory(long address, int length) {
        assert length >= 0 && length <= capacity : "length=" + length + " capacity=" + capacity;
        zeroInline();
        Loads.copy(address, array, 0, length);
        this.length = length;
    }

    public final void set(Bytes other) {
        if (other.isInline && other.length <= capacity) {
            setInline(other.inline0, other.inline1, other.length);
        } else if (!set(other.array(), 0, other.length)) {
            throw new IllegalArgumentException("length=" + other.length + " capacity=" + capacity);
        }
    }

    public final void setUtf8(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (!set(encoded, 0, encoded.length)) {
            throw new IllegalArgumentException("length=" + encoded.length + " capacity=" + capacity);
        }
    }

    /** Sets up to 16 bytes given as two zero-padded words. */
    public final void setInline(long word0, long word1, int length) {
        assert length >= 0 && length <= INLINE_LENGTH : "length=" + length;
        inline0 = word0;
        inline1 = word1;
        isInline = true;
        this.length = length;
    }

    /** Zero-filled to {@code length}, ready for the put methods. */
    public final void resize(int length) {
        checkLength(length);
        isInline = false;
        Arrays.fill(array, 0, Math.max(length, INLINE_LENGTH), (byte) 0);
        this.length = length;
    }

    public final void putLong(int offset, long value) {
        checkRange(offset, Long.BYTES);
        LittleEndian.putLong(array(), offset, value);
    }

    public final void putInt(int offset, int value) {
        checkRange(offset, Integer.BYTES);
        LittleEndian.putInt(array(), offset, value);
    }

    public final void putByte(int offset, byte value) {
        checkRange(offset, Byte.BYTES);
        array()[offset] = value;
    }

    public final long getLong(int offset) {
        checkRange(offset, Long.BYTES);
        return LittleEndian.getLong(array(), offset);
    }

    public final int getInt(int offset) {
        checkRange(offset, Integer.BYTES);
        return LittleEndian.getInt(array(), offset);
    }

    public final byte getByte(int offset) {
        checkRange(offset, Byte.BYTES);
        return array()[offset];
    }

    /** Bytes 0 to 7, zero beyond the length. */
    public final long word0() {
        return isInline ? inline0 : LittleEndian.getLong(array, 0);
    }

    /** Bytes 8 to 15, zero beyond the length. */
    public final long word1() {
        return isInline ? inline1 : LittleEndian.getLong(array, 8);
    }

    /** The eight bytes at an offset that is a multiple of eight, zero beyond the length. */
    public final long wordAt(int offset) {
        assert (offset & 7) == 0 && offset >= 0 : "offset=" + offset;
        int left = length - offset;
        if (left <= 0) {
            return 0;
        }
        long word = LittleEndian.getLong(array(), offset);
        return left >= Long.BYTES ? word : word & ((1L << (left * 8)) - 1);
    }

    /** Appends one byte. */
    protected final void append(byte value) {
        checkLength(length + 1);
        array()[length++] = value;
    }

    public final boolean contentEquals(Bytes other) {
        return Arrays.equals(array(), 0, length, other.array(), 0, other.length);
    }

    public final boolean startsWith(Bytes prefix) {
        return length >= prefix.length && Arrays.equals(array(), 0, prefix.length, prefix.array(), 0, prefix.length);
    }

    public final String toUtf8() {
        return new String(array(), 0, length, StandardCharsets.UTF_8);
    }

    public final byte[] toByteArray() {
        return Arrays.copyOf(array(), length);
    }

    @Override
    public String toString() {
        return toUtf8();
    }

    private void zeroInline() {
        isInline = false;
        LittleEndian.putLong(array, 0, 0L);
        LittleEndian.putLong(array, 8, 0L);
    }

    private void checkLength(int length) {
        if (length < 0 || length > capacity) {
            throw new IllegalArgumentException("length=" + length + " capacity=" + capacity);
        }
    }

    private void checkRange(int offset, int width) {
        if (offset < 0 || offset > length - width) {
            throw new IndexOutOfBoundsException("offset=" + offset + " width=" + width + " length=" + length);
        }
    }
}
