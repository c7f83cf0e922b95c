package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import java.lang.invoke.VarHandle;
import net.openhft.chronicle.map.ChronicleMap;
import org.openjdk.jmh.annotations.Param;

/** Peer: Chronicle Map with byte[16] keys and values, {@code getUsing}. */
public class ChronicleMapGet extends Subject {
    static final VarHandle WORD =
            java.lang.invoke.MethodHandles.byteArrayViewVarHandle(long[].class, java.nio.ByteOrder.LITTLE_ENDIAN);

    /** Length of the values; all of it is copied, the first sixteen bytes are read. */
    @Param("16")
    int value;

    ChronicleMap<byte[], byte[]> map;
    long[] keys;
    final byte[] key = new byte[16];
    byte[] copied;

    @Override
    void prepare() {
        copied = new byte[value];
        map = ChronicleMap.of(byte[].class, byte[].class)
                .name("peer")
                .entries(entries)
                .constantKeySizeBySample(new byte[16])
                .constantValueSizeBySample(new byte[value])
                .putReturnsNull(true)
                .create();
        for (int i = 0; i < entries; i++) {
            write(key, questions.key0(i), questions.key1(i));
            write(copied, questions.value0(i), questions.value1(i));
            map.put(key, copied);
        }
        keys = questions.keysInOrder();
    }

    /** For the report. */
    public static String describe() {
        return "Chronicle Map 2026: byte[16] to byte[16], constant key and value size, entries as many as there are, off heap,"
                + " putReturnsNull, getUsing into an array kept; shared: the same, persisted to a file in /dev/shm,"
                + " without checksums of its entries";
    }

    static void write(byte[] target, long word0, long word1) {
        WORD.set(target, 0, word0);
        WORD.set(target, 8, word1);
    }

    @Override
    long operation() {
        int at = 2 * next();
        write(key, keys[at], keys[at + 1]);
        byte[] found = map.getUsing(key, copied);
        return Questions.fold((long) WORD.get(found, 0), (long) WORD.get(found, 8));
    }

    @Override
    void dispose() {
        map.close();
    }
}
