package io.needletail.registry.view;

/**
 * Size classes of the slab: block lengths are the powers of two from 32 bytes to 1 MiB. A block is named by
 * {@code class:8 | index:56} and holds nothing but its bytes; length and CRC32C stand in the reference to it.
 */
public final class SlabLayout {
    public static final int CLASSES = 16;
    public static final int MIN_BLOCK_LENGTH = 32;
    public static final int MAX_BLOCK_LENGTH = MIN_BLOCK_LENGTH << (CLASSES - 1);

    private static final int MIN_SHIFT = Integer.numberOfTrailingZeros(MIN_BLOCK_LENGTH);
    private static final int CLASS_SHIFT = 56;

    private SlabLayout() {}

    public static int blockLength(int sizeClass) {
        assert sizeClass >= 0 && sizeClass < CLASSES : "sizeClass=" + sizeClass;
        return MIN_BLOCK_LENGTH << sizeClass;
    }

    /** The smallest class whose blocks hold {@code length} bytes. */
    public static int classFor(int length) {
        assert length > 0 && length <= MAX_BLOCK_LENGTH : "length=" + length;
        int bits = 32 - Integer.numberOfLeadingZeros(length - 1);
        return Math.max(0, bits - MIN_SHIFT);
    }

    public static long block(int sizeClass, long index) {
        assert sizeClass >= 0 && sizeClass < 256 : "sizeClass=" + sizeClass;
        assert index >= 0 && index < 1L << CLASS_SHIFT : "index=" + index;
        return ((long) sizeClass << CLASS_SHIFT) | index;
    }

    public static int sizeClass(long block) {
        return (int) (block >>> CLASS_SHIFT);
    }

    public static long index(long block) {
        return block & ((1L << CLASS_SHIFT) - 1);
    }
}
