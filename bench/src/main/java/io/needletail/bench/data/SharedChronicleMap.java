package io.needletail.bench.data;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.openhft.chronicle.map.ChronicleMap;

/** A Chronicle Map in a file in shared memory that several processes have mapped. */
public final class SharedChronicleMap {
    private SharedChronicleMap() {}

    public static ChronicleMap<byte[], byte[]> open(File file, int entries, int valueLength) throws IOException {
        return ChronicleMap.of(byte[].class, byte[].class)
                .name("peer")
                .entries(entries)
                .constantKeySizeBySample(new byte[16])
                .constantValueSizeBySample(new byte[valueLength])
                .putReturnsNull(true)
                .checksumEntries(false) // on by default for a file
                .createPersistedTo(file);
    }

    /** Opened and filled with the questions' entries. */
    public static ChronicleMap<byte[], byte[]> fill(File file, int entries, int valueLength) throws IOException {
        ChronicleMap<byte[], byte[]> map = open(file, entries, valueLength);
        Questions questions = new Questions(entries);
        for (int i = 0; i < entries; i++) {
            map.put(
                    bytes(16, questions.key0(i), questions.key1(i)),
                    bytes(valueLength, questions.value0(i), questions.value1(i)));
        }
        return map;
    }

    /** Zero behind the first sixteen. */
    private static byte[] bytes(int length, long word0, long word1) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(word0)
                .putLong(word1)
                .array();
    }
}
