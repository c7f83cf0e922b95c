package io.needletail.registry;

import java.util.zip.CRC32C;

/**
 * CRC32C of four words by what each of their 32 bytes adds to it, because CRCs are linear: a look into a table a byte, and no call
 * for which the compiler would have to put its registers aside.
 */
final class ByteTables {
    private static final int WORDS = 4;
    private static final int[] TABLES = tables();
    private static final int ZEROS = crc(new byte[WORDS * Long.BYTES]);

    private ByteTables() {}

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }

    private static int[] tables() {
        int[] tables = new int[WORDS * Long.BYTES << 8];
        byte[] bytes = new byte[WORDS * Long.BYTES];
        int zeros = crc(bytes);
        for (int i = 0; i < tables.length; i++) {
            bytes[i >>> 8] = (byte) i;
            tables[i] = crc(bytes) ^ zeros;
            bytes[i >>> 8] = 0;
        }
        return tables;
    }

    static int crc(long word0, long word1, long word2, long word3) {
        return ZEROS ^ part(word0, 0) ^ part(word1, 1) ^ part(word2, 2) ^ part(word3, 3);
    }

    private static int part(long word, int index) {
        int base = index << 11;
        return TABLES[base | (int) (word & 0xFF)]
                ^ TABLES[base | 0x100 | (int) (word >>> 8 & 0xFF)]
                ^ TABLES[base | 0x200 | (int) (word >>> 16 & 0xFF)]
                ^ TABLES[base | 0x300 | (int) (word >>> 24 & 0xFF)]
                ^ TABLES[base | 0x400 | (int) (word >>> 32 & 0xFF)]
                ^ TABLES[base | 0x500 | (int) (word >>> 40 & 0xFF)]
                ^ TABLES[base | 0x600 | (int) (word >>> 48 & 0xFF)]
                ^ TABLES[base | 0x700 | (int) (word >>> 56)];
    }
}
