package io.needletail.server;

import io.needletail.engine.ShardEngine;
import io.needletail.memory.KeySearchKernel;
import io.needletail.registry.KeySearch;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.SlabLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.config.BatchSearchMode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * Chooses how the short keys of batches are searched: as the option says, else by trying both on scratch memory, some 150 ms. Batches
 * of sixteen over {@value #KEYS} keys, which lie in the second cache: where all is in the first one the two are close, and beyond it C
 * gains more than here.
 */
final class BatchSearch {
    private static final int KEYS = 4096;
    private static final int LENGTH = 16;
    private static final int ROUNDS = 4;
    private static final long ROUND_NS = 5_000_000;
    /** Until both are compiled; what is compiled by then is also what the appliance goes on with. */
    private static final long WARM_NS = 50_000_000;

    private final KeySearch search;
    private final String explanation;

    private BatchSearch(KeySearch search, String explanation) {
        this.search = search;
        this.explanation = explanation;
    }

    static BatchSearch choose(BatchSearchMode mode) {
        if (mode == BatchSearchMode.JAVA) {
            return new BatchSearch(null, "java, as batch-search says");
        }
        if (!KeySearchKernel.isAvailable()) {
            return new BatchSearch(null, "java, because there is no native library");
        }
        return mode == BatchSearchMode.NATIVE
                ? new BatchSearch(KeySearchKernel::find, "native, as batch-search says")
                : calibrated();
    }

    private static BatchSearch calibrated() {
        long beganNs = System.nanoTime();
        double inJavaNs = Double.MAX_VALUE;
        double nativeNs = Double.MAX_VALUE;
        try (Arena arena = Arena.ofConfined()) {
            ShardEngine engine = filled(arena);
            nsPerKey(engine, null, WARM_NS);
            nsPerKey(engine, KeySearchKernel::find, WARM_NS);
            for (int round = 0; round < ROUNDS; round++) {
                inJavaNs = Math.min(inJavaNs, nsPerKey(engine, null, ROUND_NS));
                nativeNs = Math.min(nativeNs, nsPerKey(engine, KeySearchKernel::find, ROUND_NS));
            }
        }
        boolean isNative = nativeNs < inJavaNs;
        return new BatchSearch(
                isNative ? KeySearchKernel::find : null,
                String.format(
                        Locale.ROOT,
                        "%s; tried in %d ms: native %.1f ns a key, java %.1f; batch-search=native or java fixes it",
                        isNative ? "native" : "java",
                        (System.nanoTime() - beganNs) / 1_000_000,
                        nativeNs,
                        inJavaNs));
    }

    private static ShardEngine filled(Arena arena) {
        RegionSizing sizing =
                new RegionSizing(KEYS, 0, 16, 16, new long[SlabLayout.CLASSES], RegionSizing.MIN_RING_LENGTH);
        MemorySegment region = arena.allocate(RegionFormatter.lengthBytes(sizing), RegionLayout.PAGE_LENGTH);
        RegionFormatter.format(region, sizing, new RegionFormatter.Identity(1, 2, 0, 3, 4, 0));
        ShardEngine engine = ShardEngine.attach(region);
        Key key = new Key();
        Value value = new Value(16);
        Entry entry = new Entry(16);
        for (int i = 0; i < KEYS; i++) {
            key.setInline(i, ~i, 16);
            value.setInline(i, i, 16);
            int status = engine.put(key, value, entry);
            assert status == Status.OK : "status=" + Status.name(status);
        }
        return engine;
    }

    private static double nsPerKey(ShardEngine engine, KeySearch search, long durationNs) {
        engine.registry().searchWith(search);
        Batch batch = new Batch(16);
        Key key = new Key();
        long beganNs = System.nanoTime();
        long nowNs = beganNs;
        int asked = 0;
        while (nowNs - beganNs < durationNs) {
            batch.clear();
            for (int i = 0; i < LENGTH; i++) {
                int which = asked++ * 1_237 & (KEYS - 1); // an odd step visits them all, in no order of memory
                key.setInline(which, ~which, 16);
                batch.add(key);
            }
            engine.get(batch);
            nowNs = System.nanoTime();
        }
        return (double) (nowNs - beganNs) / asked;
    }

    /** From here on the engine's batches are searched so; on its own thread, or before it has one. */
    void use(ShardEngine engine) {
        engine.registry().searchWith(search);
    }

    /** Which one and why, with what was measured. */
    String explanation() {
        return explanation;
    }
}
