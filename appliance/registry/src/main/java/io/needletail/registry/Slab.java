package io.needletail.registry;

import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.SlabLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/** Size-classed blocks for keys and values over 16 bytes. A value that changes gets a new block and frees its old one. */
public final class Slab {
    public static final long NONE = -1;

    private final long[] addresses = new long[SlabLayout.CLASSES];
    private final long[] counts;
    private final RotatingBitmap[] free = new RotatingBitmap[SlabLayout.CLASSES];
    private final CRC32C crc = new CRC32C();
    private final byte[] scratch = new byte[SlabLayout.MAX_BLOCK_LENGTH];

    Slab(long baseAddress, RegionLayout layout) {
        counts = layout.sizing().slabBlocks();
        for (int i = 0; i < SlabLayout.CLASSES; i++) {
            addresses[i] = baseAddress + layout.slabOffset(i);
            free[i] = new RotatingBitmap(counts[i]);
            free[i].freeAll();
        }
    }

    /** A free block for {@code length} bytes, the smallest class that has one; {@link #NONE} when all are taken. */
    long allocate(int length) {
        assert length > Bytes.INLINE_LENGTH : "inline: length=" + length;
        assert length <= SlabLayout.MAX_BLOCK_LENGTH : "length=" + length;
        for (int sizeClass = SlabLayout.classFor(length); sizeClass < SlabLayout.CLASSES; sizeClass++) {
            long index = free[sizeClass].peek();
            if (index >= 0) {
                free[sizeClass].takePeeked(index);
                return SlabLayout.block(sizeClass, index);
            }
        }
        return NONE;
    }

    void free(long block) {
        assert isBlock(block) : "block=" + Long.toHexString(block);
        free[SlabLayout.sizeClass(block)].free(SlabLayout.index(block));
    }

    /** Takes a named block during the rebuild; false when it does not exist or is taken already. */
    boolean claim(long block) {
        assert counts.length == SlabLayout.CLASSES : "classes=" + counts.length;
        if (!isBlock(block)) {
            return false;
        }
        RotatingBitmap blocks = free[SlabLayout.sizeClass(block)];
        if (!blocks.isFree(SlabLayout.index(block))) {
            return false;
        }
        blocks.take(SlabLayout.index(block));
        return true;
    }

    void freeAll() {
        for (RotatingBitmap blocks : free) {
            blocks.freeAll();
        }
    }

    boolean isBlock(long block) {
        int sizeClass = SlabLayout.sizeClass(block);
        return sizeClass < SlabLayout.CLASSES && SlabLayout.index(block) < counts[sizeClass];
    }

    boolean holds(long block, int length) {
        return isBlock(block) && length >= 0 && length <= SlabLayout.blockLength(SlabLayout.sizeClass(block));
    }

    public long address(long block) {
        assert isBlock(block) : "block=" + Long.toHexString(block);
        int sizeClass = SlabLayout.sizeClass(block);
        return addresses[sizeClass] + SlabLayout.index(block) * SlabLayout.blockLength(sizeClass);
    }

    /** Compares whole words: blocks are written padded with zeros. */
    boolean contentEquals(long block, Bytes bytes) {
        assert holds(block, bytes.length()) : "block=" + Long.toHexString(block) + " length=" + bytes.length();
        long at = address(block);
        for (int offset = 0; offset < bytes.length(); offset += Long.BYTES) {
            if (Loads.getLong(at + offset) != bytes.wordAt(offset)) {
                return false;
            }
        }
        return true;
    }

    boolean contentEquals(long block, long other, int length) {
        long at = address(block);
        long otherAt = address(other);
        for (int offset = 0; offset < length; offset += Long.BYTES) {
            if (Loads.getLong(at + offset) != Loads.getLong(otherAt + offset)) {
                return false;
            }
        }
        return true;
    }

    void copyTo(long block, int length, Bytes target) {
        assert holds(block, length) : "block=" + Long.toHexString(block) + " length=" + length;
        target.setFromMemory(address(block), length);
    }

    public int crcOf(Bytes bytes) {
        assert bytes.length() <= bytes.capacity() : "length=" + bytes.length();
        crc.reset();
        crc.update(bytes.array(), 0, bytes.length());
        return (int) crc.getValue();
    }

    int crcOf(long block, int length) {
        assert holds(block, length) : "block=" + Long.toHexString(block) + " length=" + length;
        return crcOfMemory(address(block), length);
    }

    int crcOfMemory(long address, int length) {
        assert address > 0 : "address=" + address;
        assert length >= 0 && length <= scratch.length : "length=" + length;
        MemorySegment.copy(Loads.memory(), ValueLayout.JAVA_BYTE, address, scratch, 0, length);
        crc.reset();
        crc.update(scratch, 0, length);
        return (int) crc.getValue();
    }

    long freeBlocks() {
        long sum = 0;
        for (RotatingBitmap blocks : free) {
            sum += blocks.freeCount();
        }
        return sum;
    }
}
