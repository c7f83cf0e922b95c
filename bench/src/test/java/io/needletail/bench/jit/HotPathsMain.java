package io.needletail.bench.jit;

import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.bench.data.Questions;
import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Value;

/** Runs the hot paths until the second compiler is done with them, for whoever reads what it says about inlining. */
public final class HotPathsMain {
    private static final int ENTRIES = 4096;
    private static final int ROUNDS = 400;
    private static final int BATCH = 16;

    private final ShardEngine engine;
    private final long[] handles;
    private final long[] keys;
    private final Key key = new Key();
    private final Value value = new Value(16);
    private final Entry entry = new Entry(16);
    private final Batch batch = new Batch(16);

    private HotPathsMain(Questions questions, EmbeddedRegion region) {
        engine = region.engine();
        handles = questions.inOrder(region.handles());
        keys = questions.keysInOrder();
    }

    public static void main(String[] arguments) throws Exception {
        Questions questions = new Questions(ENTRIES);
        try (EmbeddedRegion region = EmbeddedRegion.fill(questions, 4L << 20)) {
            HotPathsMain paths = new HotPathsMain(questions, region);
            long sum = 0;
            for (int round = 0; round < ROUNDS; round++) {
                sum += paths.get() + paths.getByKey() + paths.put() + paths.getBatch();
            }
            System.out.println("done " + sum);
        }
    }

    private long get() {
        long sum = 0;
        for (long handle : handles) {
            sum += engine.get(handle, entry) + entry.value().word0();
        }
        return sum;
    }

    private long getByKey() {
        long sum = 0;
        for (int i = 0; i < ENTRIES; i++) {
            key.setInline(keys[2 * i], keys[2 * i + 1], 16);
            sum += engine.get(key, entry) + entry.value().word0();
        }
        return sum;
    }

    private long put() {
        long sum = 0;
        for (long handle : handles) {
            value.setInline(handle, sum, 16);
            sum += engine.put(handle, value, entry);
        }
        return sum;
    }

    private long getBatch() {
        long sum = 0;
        for (int i = 0; i < ENTRIES; i += BATCH) {
            batch.clear();
            for (int j = i; j < i + BATCH; j++) {
                key.setInline(keys[2 * j], keys[2 * j + 1], 16);
                batch.add(key);
            }
            sum += engine.get(batch) + batch.entry(0).value().word0();
        }
        return sum;
    }
}
