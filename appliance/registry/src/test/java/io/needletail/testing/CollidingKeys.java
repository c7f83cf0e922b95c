package io.needletail.testing;

import io.needletail.registry.view.Key;
import java.util.zip.CRC32C;

/**
 * Keys of 16 bytes with one and the same CRC32C. CRCs are linear: for the same length, crc(x ^ d) = crc(x) for every d whose
 * own CRC difference is zero, and such d form a linear space; two independent free words give 2^64 of them here.
 */
public final class CollidingKeys {
    private final long[] corrections = new long[32];
    private final int[] pivots = new int[32];
    private final int target;

    /** Solves, by Gaussian elimination over bits, which change of the last four bytes undoes a change of the first. */
    public CollidingKeys() {
        int zero = crc(0, 0);
        target = zero;
        long[] rows = new long[32];
        for (int bit = 0; bit < 32; bit++) {
            rows[bit] = ((crc(0, 1L << (32 + bit)) ^ zero) & 0xFFFF_FFFFL) | (1L << (32 + bit));
        }
        for (int pivot = 0; pivot < 32; pivot++) {
            int at = pivot;
            while (at < 32 && (rows[at] >>> pivot & 1) == 0) {
                at++;
            }
            if (at == 32) {
                throw new IllegalStateException("CRC of the last four bytes is not one to one");
            }
            long row = rows[at];
            rows[at] = rows[pivot];
            rows[pivot] = row;
            for (int other = 0; other < 32; other++) {
                if (other != pivot && (rows[other] >>> pivot & 1) != 0) {
                    rows[other] ^= row;
                }
            }
        }
        for (int pivot = 0; pivot < 32; pivot++) {
            corrections[pivot] = rows[pivot];
            pivots[pivot] = pivot;
        }
    }

    /** The i-th of many keys that all share one CRC32C. */
    public void set(Key key, long i) {
        long word0 = i * 0x9E37_79B9_7F4A_7C15L;
        long word1 = i & 0xFFFF_FFFFL;
        long wrong = (crc(word0, word1) ^ target) & 0xFFFF_FFFFL;
        for (int pivot = 0; pivot < 32; pivot++) {
            if ((wrong >>> pivots[pivot] & 1) != 0) {
                word1 ^= corrections[pivot] & 0xFFFF_FFFF_0000_0000L;
            }
        }
        key.setInline(word0, word1, 16);
    }

    private static int crc(long word0, long word1) {
        Key key = new Key();
        key.setInline(word0, word1, 16);
        CRC32C crc = new CRC32C();
        crc.update(key.array(), 0, 16);
        return (int) crc.getValue();
    }
}
