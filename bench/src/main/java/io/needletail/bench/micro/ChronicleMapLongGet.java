package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import net.openhft.chronicle.map.ChronicleMap;

/** Peer, published beside: Chronicle Map with long keys (the first word) and byte[16] values. */
public class ChronicleMapLongGet extends Subject {
    private ChronicleMap<Long, byte[]> map;
    private long[] keys;
    private final byte[] value = new byte[16];

    @Override
    void prepare() {
        map = ChronicleMap.of(Long.class, byte[].class)
                .name("peer")
                .entries(entries)
                .constantValueSizeBySample(new byte[16])
                .putReturnsNull(true)
                .create();
        for (int i = 0; i < entries; i++) {
            ChronicleMapGet.write(value, questions.value0(i), questions.value1(i));
            map.put(questions.key0(i), value);
        }
        keys = questions.keysInOrder();
    }

    @Override
    long operation() {
        byte[] found = map.getUsing(keys[2 * next()], value);
        return Questions.fold((long) ChronicleMapGet.WORD.get(found, 0), (long) ChronicleMapGet.WORD.get(found, 8));
    }

    @Override
    void dispose() {
        map.close();
    }
}
