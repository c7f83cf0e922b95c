package io.needletail.journal.snapshot;

import java.lang.foreign.MemorySegment;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/** What each block of a body was when it was looked at last, by its SHA-256: 32 bytes for 64 KiB. */
final class ChangedBlocks {
    private static final int LENGTH = SnapshotLayout.DIGEST_LENGTH;

    private final byte[] known;
    private final byte[] now = new byte[LENGTH];
    private final MessageDigest digest = Snapshot.sha256();

    ChangedBlocks(long blocks) {
        known = new byte[Math.toIntExact(blocks * LENGTH)];
    }

    /** Takes down what a block is; true when it was something else. */
    boolean note(long index, MemorySegment block) {
        digest.update(block.asByteBuffer());
        try {
            digest.digest(now, 0, LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException(e); // it is as long as it must be
        }
        int at = (int) index * LENGTH;
        boolean isSame = Arrays.equals(known, at, at + LENGTH, now, 0, LENGTH);
        System.arraycopy(now, 0, known, at, LENGTH);
        return !isSame;
    }
}
