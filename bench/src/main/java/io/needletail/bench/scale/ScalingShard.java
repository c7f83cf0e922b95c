package io.needletail.bench.scale;

import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.bench.data.Questions;
import io.needletail.engine.ShardEngine;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;

/** One shard on one core: gets or puts by handle for a while, on the thread that owns it. */
final class ScalingShard implements AutoCloseable {
    /** Between two looks at the clock: some ten microseconds. */
    private static final int BLOCK = 2_048;

    private final int core;
    private final Questions questions;
    private final EmbeddedRegion region;
    private final ShardEngine engine;
    private final long[] handles;
    private final Entry entry = new Entry(16);
    private final Value value = new Value(16);
    private int cursor;

    /** On the thread that will own the shard, which is pinned to the core. */
    ScalingShard(int core, int entries, long ringLength) throws IOException {
        this.core = core;
        ThreadPinning.pin(core);
        questions = new Questions(entries);
        region = EmbeddedRegion.fill(questions, ringLength);
        engine = region.engine();
        handles = questions.inOrder(region.handles());
    }

    int core() {
        return core;
    }

    /** Operations a second, over so long from now on. */
    double run(boolean puts, long durationNs) {
        long beganNs = System.nanoTime();
        long done = 0;
        long nowNs = beganNs;
        while (nowNs - beganNs < durationNs) {
            questions.consume(puts ? put() : get());
            done += BLOCK;
            nowNs = System.nanoTime();
        }
        return done * 1e9 / (nowNs - beganNs);
    }

    private long get() {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            check(engine.get(handles[cursor++ & questions.mask()], entry));
            sum += entry.value().word0();
        }
        return sum;
    }

    private long put() {
        for (int i = 0; i < BLOCK; i++) {
            value.setInline(cursor, i, 16);
            check(engine.put(handles[cursor++ & questions.mask()], value, entry));
        }
        return cursor;
    }

    private static void check(int status) {
        if (status != Status.OK) {
            throw new IllegalStateException("answered " + Status.name(status));
        }
    }

    @Override
    public void close() throws IOException {
        region.close();
    }
}
