package io.needletail.bench.hash;

import io.needletail.registry.KeyHash;
import io.needletail.registry.view.Key;

/**
 * How often a bit of the answer changes when one bit of a key does: half of the time, if nothing of the key can be read off the
 * answer. Over every bit of the key, every bit of the answer and many keys.
 *
 * @param mean over all pairs of bits
 * @param worst share of the pair that is furthest from a half
 * @param noise that share's standard deviation if every change were a coin's
 */
record Avalanche(double mean, double worst, double noise) {
    private static final int KEYS = 4_000;

    /** What is looked at: 64 bits that choose the buckets, or 32 that are the fingerprint. */
    interface Answer {
        long of(long hash);
    }

    static Avalanche ofHash(KeyFamily family, KeyHash hash) {
        return of(family, hash, Long.SIZE, bits -> bits);
    }

    static Avalanche ofFingerprint(KeyFamily family, KeyHash hash) {
        return of(family, hash, Integer.SIZE, KeyHash::fingerprint);
    }

    private static Avalanche of(KeyFamily family, KeyHash hash, int bits, Answer answer) {
        Key key = new Key();
        family.keys().set(key, 0);
        int inputs = 8 * Math.min(key.length(), 16);
        long[][] flips = new long[inputs][bits];
        int keys = Math.min(KEYS, family.count());
        int[] seen = new int[inputs];
        for (int n = 0; n < keys; n++) {
            family.keys().set(key, n);
            for (int input = 0; input < Math.min(inputs, 8 * key.length()); input++) {
                count(flips[input], bits, answer.of(hashOf(key, -1, hash)) ^ answer.of(hashOf(key, input, hash)));
                seen[input]++;
            }
        }
        return summed(flips, seen);
    }

    private static long hashOf(Key key, int flipped, KeyHash hash) {
        long change0 = flipped >= 0 && flipped < Long.SIZE ? 1L << flipped : 0;
        long change1 = flipped >= Long.SIZE ? 1L << flipped : 0;
        return hash.hashInline(key.word0() ^ change0, key.word1() ^ change1, key.length());
    }

    private static void count(long[] flips, int bits, long changed) {
        for (int bit = 0; bit < bits; bit++) {
            flips[bit] += changed >>> bit & 1;
        }
    }

    private static Avalanche summed(long[][] flips, int[] seen) {
        double sum = 0;
        double worst = 0.5;
        int pairs = 0;
        int fewest = Integer.MAX_VALUE;
        for (int input = 0; input < flips.length; input++) {
            fewest = Math.min(fewest, seen[input]);
            for (long flipped : flips[input]) {
                double share = (double) flipped / seen[input];
                sum += share;
                worst = Math.abs(share - 0.5) > Math.abs(worst - 0.5) ? share : worst;
                pairs++;
            }
        }
        return new Avalanche(sum / pairs, worst, 0.5 / Math.sqrt(fewest));
    }
}
