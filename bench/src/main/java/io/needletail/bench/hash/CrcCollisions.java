package io.needletail.bench.hash;

import io.needletail.registry.view.Key;

/**
 * Keys of 16 bytes that all have one CRC32C: twelve are free, the last four are chosen by running the CRC backwards from its
 * end.
 */
final class CrcCollisions {
    private static final int POLYNOMIAL = 0x82F6_3B78;
    /** The CRC of all of them; any number would do. */
    static final int CRC = 0x5EED_5EED;

    private final int[] forward = new int[256];
    private final int[] backward = new int[256];

    CrcCollisions() {
        for (int i = 0; i < 256; i++) {
            int down = i;
            int up = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                down = (down & 1) != 0 ? down >>> 1 ^ POLYNOMIAL : down >>> 1;
                up = up < 0 ? (up ^ POLYNOMIAL) << 1 | 1 : up << 1;
            }
            forward[i] = down;
            backward[i] = up;
        }
    }

    void set(Key into, int n) {
        long word0 = n * 0x9E37_79B9_7F4A_7C15L;
        int third = n;
        int before = after(after(-1, word0, Long.BYTES), third, Integer.BYTES);
        int wanted = ~CRC;
        for (int i = 0; i < Integer.BYTES; i++) {
            wanted = wanted << 8 ^ backward[wanted >>> 24];
        }
        into.setInline(word0, third & 0xFFFF_FFFFL | (long) (before ^ wanted) << 32, 16);
    }

    private int after(int state, long bytes, int count) {
        int crc = state;
        for (int i = 0; i < count; i++) {
            crc = crc >>> 8 ^ forward[(crc ^ (int) (bytes >>> 8 * i)) & 0xFF];
        }
        return crc;
    }
}
