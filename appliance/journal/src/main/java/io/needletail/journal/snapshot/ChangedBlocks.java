package io.needletail.journal.snapshot;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.DigestException;
import java.security.MessageDigest;

/** What each block of a body was when it was looked at last, by its SHA-256: 32 bytes for 64 KiB. */
final class ChangedBlocks {
    private static final int LENGTH = SnapshotLayout.DIGEST_LENGTH;

    /** Not on the heap, which is small: a terabyte has 512 MiB of them. */
    private final MemorySegment known;

    private final byte[] now = new byte[LENGTH];
    private final MemorySegment nowSegment = MemorySegment.ofArray(now);
    private final MessageDigest digest = Snapshot.sha256();

    ChangedBlocks(long blocks) {
        known = Arena.ofAuto().allocate(blocks * LENGTH);
    }

    /** Takes down what a block is; true when it was something else. */
    boolean note(long index, MemorySegment block) {
        digest.update(block.asByteBuffer());
        try {
            digest.digest(now, 0, LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException(e); // it is as long as it must be
        }
        MemorySegment before = known.asSlice(index * LENGTH, LENGTH);
        boolean isSame = before.mismatch(nowSegment) < 0;
        before.copyFrom(nowSegment);
        return !isSame;
    }
}
