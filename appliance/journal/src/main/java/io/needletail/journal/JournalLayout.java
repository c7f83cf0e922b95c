package io.needletail.journal;

import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordChain;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RingLayout;

/**
 * A journal's file: the mutation log as the ring has it, a piece that no lap overwrites.
 *
 * <pre>
 *      0  magic:8 | format:8 | first position:8 | length of the log in it:8 | seal of these:8
 *    512  position up to which everything was forced:8 | seal:8     written in turns, so that one is always whole
 *   1024  the other one
 *   1536  position that the next file begins at, once that is there:8 | seal:8
 *   2048  position behind which it is being cleared, while it is:8 | seal:8
 *   4096  the region's header page, as it is in the region
 *   8192  segments of the log, {@value RingLayout#SEGMENT_LENGTH} bytes each
 * </pre>
 */
final class JournalLayout {
    /** "NDLJRNL1" as little-endian bytes. */
    static final long MAGIC = 0x314C4E524A4C444EL;

    static final long FORMAT = 1;
    /** What is higher is no format that there will be, but a bit that is wrong. */
    private static final long NEWEST_THINKABLE = 1_000;

    static final int FIRST_POSITION_OFFSET = 16;
    static final int LOG_LENGTH_OFFSET = 24;
    static final int SEAL_OFFSET = 32;
    static final int MARK_OFFSET = 512;
    static final int MARK_STRIDE = 512;
    static final int MARKS = 2;
    static final int NEXT_OFFSET = MARK_OFFSET + MARKS * MARK_STRIDE;
    static final int CLEARING_OFFSET = NEXT_OFFSET + MARK_STRIDE;
    static final int REGION_HEADER_OFFSET = 4096;
    static final int LOG_OFFSET = REGION_HEADER_OFFSET + RegionLayout.HEADER_LENGTH;

    private static final String SUFFIX = ".journal";

    private JournalLayout() {}

    static String name(long firstPosition) {
        return String.format("%016x%s", firstPosition, SUFFIX);
    }

    static boolean isName(String name) {
        return name.matches("[0-9a-f]{16}\\" + SUFFIX);
    }

    static void writeHeader(long at, long firstPosition, long logLength, long regionHeader) {
        assert firstPosition >= 0 && RingLayout.baseOf(firstPosition) == firstPosition : "first=" + firstPosition;
        assert logLength > 0 && RingLayout.baseOf(logLength) == logLength : "length=" + logLength;
        Stores.putLong(at, MAGIC);
        Stores.putLong(at + 8, FORMAT);
        Stores.putLong(at + FIRST_POSITION_OFFSET, firstPosition);
        Stores.putLong(at + LOG_LENGTH_OFFSET, logLength);
        Stores.putLong(at + SEAL_OFFSET, sealOf(at));
        Stores.copy(regionHeader, at + REGION_HEADER_OFFSET, RegionLayout.HEADER_LENGTH);
    }

    /** Whether a file of this length begins as one of these does. Total. */
    static boolean isHeader(long at, long lengthBytes) {
        if (lengthBytes < LOG_OFFSET + RingLayout.SEGMENT_LENGTH) {
            return false;
        }
        long first = Loads.getLong(at + FIRST_POSITION_OFFSET);
        return Loads.getLong(at) == MAGIC
                && Loads.getLong(at + 8) == FORMAT
                && Loads.getLong(at + SEAL_OFFSET) == sealOf(at)
                && first >= 0
                && RingLayout.baseOf(first) == first
                && Loads.getLong(at + LOG_LENGTH_OFFSET) == lengthBytes - LOG_OFFSET
                && RingLayout.baseOf(lengthBytes - LOG_OFFSET) == lengthBytes - LOG_OFFSET;
    }

    /** Whether a file begins as one of another version does: sealed in the same way, with another format. Total. */
    static boolean isOfAnotherFormat(long at, long lengthBytes) {
        return lengthBytes >= LOG_OFFSET
                && Loads.getLong(at) == MAGIC
                && Loads.getLong(at + 8) != FORMAT
                && Loads.getLong(at + SEAL_OFFSET) == sealOf(at);
    }

    /** Its magic is right, and neither its format nor its seal is one that is known here: a bit that is wrong, or a newer seal. */
    static boolean mayBeNewer(long at, long lengthBytes) {
        return lengthBytes >= LOG_OFFSET
                && Loads.getLong(at) == MAGIC
                && Loads.getLong(at + 8) > FORMAT
                && Loads.getLong(at + 8) < NEWEST_THINKABLE;
    }

    static long sealOf(long at) {
        return RecordChain.next(
                0,
                Loads.getLong(at),
                Loads.getLong(at + 8),
                Loads.getLong(at + FIRST_POSITION_OFFSET),
                Loads.getLong(at + LOG_LENGTH_OFFSET),
                0);
    }

    /** Notes that everything up to a position was forced; it is itself on the medium after the next force. */
    static void mark(long at, int turn, long position) {
        long mark = at + MARK_OFFSET + (long) (turn & (MARKS - 1)) * MARK_STRIDE;
        Stores.putLong(mark, position);
        Stores.putLong(mark + Long.BYTES, markSeal(position));
    }

    /** The furthest position that a whole mark names; -1 when there is none. */
    static long marked(long at) {
        long furthest = -1;
        for (int turn = 0; turn < MARKS; turn++) {
            long mark = at + MARK_OFFSET + (long) turn * MARK_STRIDE;
            long position = Loads.getLong(mark);
            if (Loads.getLong(mark + Long.BYTES) == markSeal(position)) {
                furthest = Math.max(furthest, position);
            }
        }
        return furthest;
    }

    /** A word of the header that is there or not. */
    static void note(long at, int offset, long position) {
        Stores.putLong(at + offset, position);
        Stores.putLong(at + offset + Long.BYTES, markSeal(position));
    }

    static void forget(long at, int offset) {
        Stores.putLong(at + offset + Long.BYTES, 0);
        Stores.putLong(at + offset, 0);
    }

    static boolean isNoted(long at, int offset, long position) {
        return Loads.getLong(at + offset) == position && Loads.getLong(at + offset + Long.BYTES) == markSeal(position);
    }

    static boolean isNoted(long at, int offset) {
        return isNoted(at, offset, Loads.getLong(at + offset));
    }

    private static long markSeal(long position) {
        return RecordChain.next(MAGIC, position, 0, 0, 0, 0);
    }
}
