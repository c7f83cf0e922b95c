package io.needletail.replication;

import io.needletail.registry.view.LittleEndian;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/** One line, as it is sent or as it was received; see {@link LineLayout}. Reused. */
final class Line {
    private static final int PREFIX_LENGTH = 20;

    private final CRC32C crc = new CRC32C();
    private final byte[] prefix = new byte[PREFIX_LENGTH];
    private final byte[] bytes = new byte[LineLayout.LENGTH];

    /** Of this data set and shard: others' lines are none. */
    Line(RegionHeader header) {
        LittleEndian.putLong(prefix, 0, header.dataSetIdHigh());
        LittleEndian.putLong(prefix, 8, header.dataSetIdLow());
        LittleEndian.putInt(prefix, 16, header.shard());
    }

    void set(int sender, int kind, long epoch, long serial, long word0, long word1, long word2, long word3) {
        LittleEndian.putLong(bytes, LineLayout.EPOCH_OFFSET, epoch);
        LittleEndian.putLong(bytes, LineLayout.SERIAL_OFFSET, serial);
        LittleEndian.putLong(bytes, LineLayout.WORDS_OFFSET, word0);
        LittleEndian.putLong(bytes, LineLayout.WORDS_OFFSET + 8, word1);
        LittleEndian.putLong(bytes, LineLayout.WORDS_OFFSET + 16, word2);
        LittleEndian.putLong(bytes, LineLayout.WORDS_OFFSET + 24, word3);
        LittleEndian.putInt(bytes, LineLayout.SENDER_OFFSET, sender);
        LittleEndian.putInt(bytes, LineLayout.KIND_OFFSET, kind);
        LittleEndian.putLong(bytes, LineLayout.CHECK_OFFSET, check());
    }

    private long check() {
        crc.reset();
        crc.update(prefix, 0, PREFIX_LENGTH);
        crc.update(bytes, 0, LineLayout.CHECK_OFFSET);
        return crc.getValue();
    }

    /** To be written from there. */
    void store(MemorySegment memory, long offset) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, LineLayout.LENGTH);
    }

    /** Copies what stands there, then looks at the copy. Total: any bytes give an answer. */
    boolean load(long address, int sender, int kind, boolean isChecked) {
        Loads.copy(address, bytes, 0, LineLayout.LENGTH);
        return (!isChecked || LittleEndian.getLong(bytes, LineLayout.CHECK_OFFSET) == check())
                && LittleEndian.getInt(bytes, LineLayout.SENDER_OFFSET) == sender
                && LittleEndian.getInt(bytes, LineLayout.KIND_OFFSET) == kind;
    }

    long epoch() {
        return LittleEndian.getLong(bytes, LineLayout.EPOCH_OFFSET);
    }

    long serial() {
        return LittleEndian.getLong(bytes, LineLayout.SERIAL_OFFSET);
    }

    long word(int index) {
        assert index >= 0 && index < LineLayout.WORDS : "index=" + index;
        return LittleEndian.getLong(bytes, LineLayout.WORDS_OFFSET + index * Long.BYTES);
    }
}
