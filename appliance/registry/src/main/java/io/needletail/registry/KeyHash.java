package io.needletail.registry;

import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Loads;

/**
 * Keyed 64-bit multiply hash over all bytes of a key; the secret is drawn when the region is formatted. Two folded 64x64
 * multiplications for a key of up to 16 bytes, one more for each further 16. The high half chooses the first bucket and
 * the low half the second, so both must be good: the last multiplication mixes every input bit into every output bit.
 */
public final class KeyHash {
    private static final long FINAL = 0xE703_7ED1_A0B4_28DBL;

    private final long secret0;
    private final long secret1;

    public KeyHash(long secret0, long secret1) {
        this.secret0 = secret0 | 1;
        this.secret1 = secret1 | 1;
    }

    long secret0() {
        return secret0;
    }

    long secret1() {
        return secret1;
    }

    public long hash(Key key) {
        int length = key.length();
        if (length <= Bytes.INLINE_LENGTH) {
            return finish(fold(key.word0() ^ secret0, key.word1() ^ secret1), length);
        }
        long state = 0;
        for (int at = 0; at < length; at += Bytes.INLINE_LENGTH) {
            state = absorb(state, key.wordAt(at), key.wordAt(at + Long.BYTES));
        }
        return finish(state, length);
    }

    /** The hash of a key of up to 16 bytes, from its slot's two words. */
    public long hashInline(long word0, long word1, int length) {
        assert length >= 0 && length <= Bytes.INLINE_LENGTH : "length=" + length;
        return finish(fold(word0 ^ secret0, word1 ^ secret1), length);
    }

    /** The hash of a key in a slab block; its last word is masked to the length. */
    long hashBlock(long address, int length) {
        assert (address & 7) == 0 : "address=" + address;
        assert length > Bytes.INLINE_LENGTH : "length=" + length;
        long state = 0;
        for (int at = 0; at < length; at += Bytes.INLINE_LENGTH) {
            state = absorb(state, word(address, at, length), word(address, at + Long.BYTES, length));
        }
        return finish(state, length);
    }

    /**
     * Thirty-two more bits of the same hash, by which a bucket's lane is told from its neighbours. Keys that share a bucket
     * share the upper bits of one half; the other half, folded over it, still says which key it is. Nobody without the secret
     * can build two keys with one fingerprint, as anyone can with a CRC.
     */
    public static int fingerprint(long hash) {
        return (int) (hash ^ (hash >>> 32));
    }

    private long absorb(long state, long word0, long word1) {
        return fold(word0 ^ secret0 ^ state, word1 ^ secret1);
    }

    private long finish(long state, int length) {
        return fold(state ^ secret1 ^ length, FINAL);
    }

    private static long fold(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ (a * b);
    }

    private static long word(long address, int at, int length) {
        int left = length - at;
        if (left <= 0) {
            return 0;
        }
        long word = Loads.getLong(address + at); // blocks are whole words, so this stays inside
        return left >= Long.BYTES ? word : word & ((1L << (left * 8)) - 1);
    }
}
