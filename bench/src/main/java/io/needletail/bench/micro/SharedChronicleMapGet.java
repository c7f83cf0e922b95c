package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.bench.data.SharedChronicleMap;
import java.io.File;
import net.openhft.chronicle.map.ChronicleMap;
import org.openjdk.jmh.annotations.Param;

/** Peer: a Chronicle Map in shared memory that another process made and holds open; this one has mapped it too. */
public class SharedChronicleMapGet extends Subject {
    /** The file; it must hold the questions' entries. */
    @Param("")
    String sharedMap;

    /** Length of the values; all of it is copied, the first sixteen bytes are read. */
    @Param("16")
    int value;

    private ChronicleMap<byte[], byte[]> map;
    private long[] keys;
    private final byte[] key = new byte[16];
    private byte[] copied;

    @Override
    void prepare() throws Exception {
        copied = new byte[value];
        map = SharedChronicleMap.open(new File(sharedMap), entries, value);
        keys = questions.keysInOrder();
    }

    @Override
    long operation() {
        int at = 2 * next();
        ChronicleMapGet.write(key, keys[at], keys[at + 1]);
        byte[] found = map.getUsing(key, copied);
        return Questions.fold((long) ChronicleMapGet.WORD.get(found, 0), (long) ChronicleMapGet.WORD.get(found, 8));
    }

    @Override
    void dispose() {
        map.close();
    }
}
