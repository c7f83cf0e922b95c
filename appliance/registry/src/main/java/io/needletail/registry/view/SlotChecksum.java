package io.needletail.registry.view;

import java.util.zip.CRC32C;

/**
 * CRC32C over (data-set id:16, shard:4, slot:4, word:4, version:8, value:16), all little-endian: torn, misplaced and foreign
 * bytes do not validate.
 *
 * <p>The first 20 bytes never change, and CRCs combine: crc(A | B) = crc(B) ^ shift(crc(A), length of B). With B always 32
 * bytes the second term is a constant of the region, found as crc(A | zeros) ^ crc(zeros). So a put pays for 32 bytes.
 */
public final class SlotChecksum {
    private static final int SEALED_LENGTH = 32;
    private static final int PREFIX_LENGTH = 20;

    private final CRC32C crc = new CRC32C();
    private final byte[] sealed = new byte[SEALED_LENGTH];
    private final byte[] deadline = new byte[Long.BYTES];
    private final int prefixTerm;

    public SlotChecksum(long dataSetIdHigh, long dataSetIdLow, int shard) {
        byte[] prefixed = new byte[PREFIX_LENGTH + SEALED_LENGTH];
        LittleEndian.putLong(prefixed, 0, dataSetIdHigh);
        LittleEndian.putLong(prefixed, 8, dataSetIdLow);
        LittleEndian.putInt(prefixed, 16, shard);
        prefixTerm = crcOf(prefixed) ^ crcOf(new byte[SEALED_LENGTH]);
    }

    /** The checksum of a slot's state; {@code version} as it is stored, even. */
    public int of(long slot, int word, long version, long value0, long value1) {
        assert (version & 1) == 0 : "version=" + version;
        LittleEndian.putLong(sealed, 0, (slot & 0xFFFF_FFFFL) | ((long) word << 32));
        LittleEndian.putLong(sealed, 8, version);
        LittleEndian.putLong(sealed, 16, value0);
        LittleEndian.putLong(sealed, 24, value1);
        return crcOf(sealed) ^ prefixTerm;
    }

    /** The checksum of a slot with a deadline: the deadline's own CRC32C is folded in. A deadline of 0 is none. */
    public int of(long slot, int word, long version, long value0, long value1, long deadlineNs) {
        assert SlotLayout.hasDeadline(word) == (deadlineNs != 0) : "word=" + word + " deadlineNs=" + deadlineNs;
        int plain = of(slot, word, version, value0, value1);
        if (deadlineNs == 0) {
            return plain;
        }
        LittleEndian.putLong(deadline, 0, deadlineNs);
        return plain ^ crcOf(deadline);
    }

    /**
     * Whether bytes are this slot as it was at some moment, its key apart, which has a check of its own: never used, or sealed with the slot's
     * number. Total; bytes of two moments pass one time in 2^32.
     *
     * @param address of the slot's length in bytes, which nobody changes
     */
    public boolean isWhole(long slot, boolean isKeyed, long address) {
        long version = Loads.getLong(address);
        long seal = Loads.getLong(address + SlotLayout.SEAL_OFFSET);
        long value0 = Loads.getLong(address + SlotLayout.VALUE_OFFSET);
        long value1 = Loads.getLong(address + SlotLayout.VALUE_OFFSET + 8);
        if (version == 0) {
            return (seal | value0 | value1) == 0;
        }
        int word = SlotLayout.word(seal);
        boolean hasDeadline = SlotLayout.hasDeadline(word);
        long deadlineNs = hasDeadline && isKeyed ? Loads.getLong(address + SlotLayout.DEADLINE_OFFSET) : 0;
        return (version & 1) == 0
                && version > 0
                && deadlineNs >= 0
                && hasDeadline == deadlineNs > 0
                && of(slot, word, version, value0, value1, deadlineNs) == SlotLayout.checksum(seal);
    }

    private int crcOf(byte[] bytes) {
        crc.reset();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }
}
