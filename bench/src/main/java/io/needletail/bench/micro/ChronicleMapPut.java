package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;

/** Peer: Chronicle Map with byte[16] keys and values, {@code put} that returns nothing. */
public class ChronicleMapPut extends ChronicleMapGet {
    private long[] values;

    @Override
    void prepare() {
        super.prepare();
        values = PutValues.inOrder(questions);
    }

    @Override
    long operation() {
        int at = 2 * next();
        write(key, keys[at], keys[at + 1]);
        write(copied, values[at], values[at + 1]);
        map.put(key, copied);
        return Questions.fold(values[at], values[at + 1]);
    }
}
