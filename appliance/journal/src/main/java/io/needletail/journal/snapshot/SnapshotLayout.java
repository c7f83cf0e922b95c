package io.needletail.journal.snapshot;

import io.needletail.registry.view.RegionLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/**
 * A snapshot's file: what a region holds beside its log and what is derived, as it was at some time of the copying for each slot. An
 * increment has only the blocks that are not what they were in the snapshot before it, its parent.
 *
 * <pre>
 *      0  magic:8 | format:8 | base position:8 | end position:8 | a sequence behind which no entry is:8 | engine time:8 | length of the body:8
 *     56  end position of the parent, which is its name:8, 0 without one | blocks in this file:8
 *     72  SHA-256 of everything from 4096 on:32
 *    104  SHA-256 of the parent, as it stands there:32
 *    136  CRC32C of the bytes before:4
 *   4096  the region's header page, as it is in the region
 *   8192  blocks of {@value #BLOCK} bytes of the body, the last one of the body filled up with zeros. The body is:
 *         retry table, keyed and anonymous slots | slab
 *         of each block of the body: its number in this file from 1 on:4, 0 = it is the parent's | its CRC32C:4
 * </pre>
 *
 * The log from the base position on, applied to the body, makes the region of the end position or any later one.
 */
final class SnapshotLayout {
    /** "NDLSNAP1" as little-endian bytes. */
    static final long MAGIC = 0x3150414E534C444EL;

    static final long FORMAT = 2;
    static final int BLOCK = 64 << 10;
    static final int BASE_OFFSET = 16;
    static final int END_OFFSET = 24;
    static final int SEQUENCE_OFFSET = 32;
    static final int TIME_OFFSET = 40;
    static final int BODY_LENGTH_OFFSET = 48;
    static final int PARENT_OFFSET = 56;
    static final int BLOCKS_OFFSET = 64;
    static final int DIGEST_OFFSET = 72;
    static final int DIGEST_LENGTH = 32;
    static final int PARENT_DIGEST_OFFSET = DIGEST_OFFSET + DIGEST_LENGTH;
    static final int SEAL_OFFSET = PARENT_DIGEST_OFFSET + DIGEST_LENGTH;
    /** Of the table, for each block of the body. */
    static final int ENTRY_LENGTH = 8;

    static final int REGION_HEADER_OFFSET = 4096;
    static final int BODY_OFFSET = REGION_HEADER_OFFSET + RegionLayout.HEADER_LENGTH;

    /** Far above any region, far below what overflows. */
    private static final long MAX_BODY = 1L << 48;

    private static final String SUFFIX = ".snapshot";

    private SnapshotLayout() {}

    static String name(long endPosition) {
        return String.format("%016x%s", endPosition, SUFFIX);
    }

    static boolean isName(String name) {
        return name.matches("[0-9a-f]{16}\\" + SUFFIX);
    }

    static long blocks(long bodyLength) {
        return (bodyLength + BLOCK - 1) / BLOCK;
    }

    /** Behind so many blocks. */
    static long tableOffset(long fileBlocks) {
        return BODY_OFFSET + fileBlocks * BLOCK;
    }

    static long fileLength(long bodyLength, long fileBlocks) {
        return tableOffset(fileBlocks) + blocks(bodyLength) * ENTRY_LENGTH;
    }

    static long getLong(MemorySegment page, long offset) {
        return page.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    }

    static void seal(MemorySegment page) {
        page.set(ValueLayout.JAVA_INT_UNALIGNED, SEAL_OFFSET, sealOf(page));
    }

    /** Whether a file of this length begins as one of these does. Total. */
    static boolean isHeader(MemorySegment page, long fileLength) {
        long body = getLong(page, BODY_LENGTH_OFFSET);
        long fileBlocks = getLong(page, BLOCKS_OFFSET);
        long parent = getLong(page, PARENT_OFFSET);
        return getLong(page, 0) == MAGIC
                && page.get(ValueLayout.JAVA_INT_UNALIGNED, SEAL_OFFSET) == sealOf(page)
                && getLong(page, 8) == FORMAT
                && body > 0
                && body <= MAX_BODY
                && fileBlocks >= 0
                && fileBlocks <= blocks(body)
                && (parent != 0 || fileBlocks == blocks(body))
                && parent >= 0
                && parent < getLong(page, END_OFFSET)
                && fileLength(body, fileBlocks) == fileLength;
    }

    /** Whether a file begins as one of another version does, which may be sealed elsewhere. Total. */
    static boolean isOfAnotherFormat(MemorySegment page) {
        return getLong(page, 0) == MAGIC && getLong(page, 8) != FORMAT;
    }

    private static int sealOf(MemorySegment page) {
        CRC32C crc = new CRC32C();
        crc.update(page.asSlice(0, SEAL_OFFSET).asByteBuffer());
        return (int) crc.getValue();
    }
}
