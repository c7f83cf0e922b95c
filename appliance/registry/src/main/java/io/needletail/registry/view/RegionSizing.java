package io.needletail.registry.view;

import java.util.Arrays;

/**
 * The capacities a region is formatted with, for good. Growth is a mirror formatted larger, never a resize.
 *
 * @param keyedSlots entries with a key, 64 bytes each
 * @param anonymousSlots entries without, 32 bytes each
 * @param maxKeyLength bytes
 * @param maxValueLength bytes
 * @param slabBlocks blocks of each of the {@link SlabLayout#CLASSES} classes
 * @param ringLength bytes of the mutation ring, a power of two
 * @param retrySessions clients whose requests can be repeated after a lost connection, 64 bytes each
 */
public record RegionSizing(
        long keyedSlots,
        long anonymousSlots,
        int maxKeyLength,
        int maxValueLength,
        long[] slabBlocks,
        long ringLength,
        int retrySessions) {
    /** slot + 1 must fit the 32 bits of a directory lane, with room to spare. */
    public static final long MAX_SLOTS = 1L << 31;
    /** At least two segments, so that a new epoch can open one while the old one is still read. */
    public static final long MIN_RING_LENGTH = 2L * RegionLayout.RING_SEGMENT_LENGTH;

    public static final long MAX_RING_LENGTH = 1L << 36;
    public static final long MAX_SLAB_BLOCKS = 1L << 31;
    public static final int RETRY_SESSIONS = 64;

    public RegionSizing {
        slabBlocks = slabBlocks.clone();
        String fault =
                fault(keyedSlots, anonymousSlots, maxKeyLength, maxValueLength, slabBlocks, ringLength, retrySessions);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }

    /** With {@value #RETRY_SESSIONS} entries in the retry table. */
    public RegionSizing(
            long keyedSlots,
            long anonymousSlots,
            int maxKeyLength,
            int maxValueLength,
            long[] slabBlocks,
            long ringLength) {
        this(keyedSlots, anonymousSlots, maxKeyLength, maxValueLength, slabBlocks, ringLength, RETRY_SESSIONS);
    }

    /** What is wrong with these capacities, or null. Total over all inputs: a damaged header ends here. */
    static String fault(
            long keyedSlots,
            long anonymousSlots,
            int maxKeyLength,
            int maxValueLength,
            long[] slabBlocks,
            long ringLength,
            int retrySessions) {
        if (retrySessions < 1 || retrySessions > RetryLayout.MAX_SESSIONS) {
            return "retrySessions=" + retrySessions + " limit=" + RetryLayout.MAX_SESSIONS;
        }
        if (keyedSlots < 1 || anonymousSlots < 0 || keyedSlots > MAX_SLOTS || anonymousSlots > MAX_SLOTS - keyedSlots) {
            return "keyedSlots=" + keyedSlots + " anonymousSlots=" + anonymousSlots + " limit=" + MAX_SLOTS;
        }
        if (maxKeyLength < Bytes.INLINE_LENGTH || maxKeyLength > Key.MAX_LENGTH) {
            return "maxKeyLength=" + maxKeyLength + " limit=" + Key.MAX_LENGTH;
        }
        if (maxValueLength < Bytes.INLINE_LENGTH || maxValueLength > SlabLayout.MAX_BLOCK_LENGTH) {
            return "maxValueLength=" + maxValueLength + " limit=" + SlabLayout.MAX_BLOCK_LENGTH;
        }
        if (ringLength < MIN_RING_LENGTH || ringLength > MAX_RING_LENGTH || Long.bitCount(ringLength) != 1) {
            return "ringLength=" + ringLength + " must be a power of two from " + MIN_RING_LENGTH;
        }
        return slabFault(slabBlocks);
    }

    private static String slabFault(long[] slabBlocks) {
        if (slabBlocks.length != SlabLayout.CLASSES) {
            return "slabClasses=" + slabBlocks.length + " expected=" + SlabLayout.CLASSES;
        }
        for (long blocks : slabBlocks) {
            if (blocks < 0 || blocks > MAX_SLAB_BLOCKS) {
                return "slabBlocks=" + blocks + " limit=" + MAX_SLAB_BLOCKS;
            }
        }
        return null;
    }

    /** Divides {@code slabBytes} evenly over the size classes that a key or value of up to {@code maxLength} bytes can need. */
    public static long[] evenSlab(long slabBytes, int maxLength) {
        long[] blocks = new long[SlabLayout.CLASSES];
        int classes = SlabLayout.classFor(maxLength) + 1;
        for (int i = 0; i < classes; i++) {
            blocks[i] = slabBytes / classes / SlabLayout.blockLength(i);
        }
        return blocks;
    }

    @Override
    public long[] slabBlocks() {
        return slabBlocks.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RegionSizing that
                && keyedSlots == that.keyedSlots
                && anonymousSlots == that.anonymousSlots
                && maxKeyLength == that.maxKeyLength
                && maxValueLength == that.maxValueLength
                && ringLength == that.ringLength
                && retrySessions == that.retrySessions
                && Arrays.equals(slabBlocks, that.slabBlocks);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(keyedSlots) * 31 + Long.hashCode(ringLength);
    }

    /** Whether every slot, block and client of a region with the other capacities has its place here, under the same number. */
    public boolean holdsAllOf(RegionSizing other) {
        boolean holds =
                keyedSlots == other.keyedSlots || other.anonymousSlots == 0; // those without a key are numbered behind
        holds &= keyedSlots >= other.keyedSlots
                && anonymousSlots >= other.anonymousSlots
                && maxKeyLength >= other.maxKeyLength
                && maxValueLength >= other.maxValueLength
                && retrySessions >= other.retrySessions;
        for (int i = 0; i < slabBlocks.length; i++) {
            holds &= slabBlocks[i] >= other.slabBlocks[i];
        }
        return holds;
    }
}
