package io.needletail.server;

import io.needletail.engine.ShardEngine;
import io.needletail.memory.KeySearchKernel;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.Registry;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Chooses how the short keys of batches are searched: as the option says, else by trying all ways on scratch memory, within 200 ms.
 * When the machine is taken away meanwhile its figures say nothing, and what most machines are fastest with is taken. Batches of sixteen over {@value #KEYS} keys (fewer on a machine that is slow to make
 * them), which lie in the second cache: where all is in the first one they are close, and beyond it C gains more than here.
 */
final class BatchSearch {
    private static final int KEYS = 4096;
    private static final int LENGTH = 16;
    /** An odd one visits them all. */
    private static final int STEP = 1_237;

    private static final int ROUNDS = 4;
    /** Of the 200 ms: each turn looks at the clock behind a batch only, and the first ones are interpreted. */
    private static final long BUDGET_NS = 150_000_000;

    private static final long MOST_NS = 200_000_000;
    private static final long FILL_NS = 50_000_000;
    /** Of what is left then, until each is compiled; what is compiled by then is also what the appliance goes on with. */
    private static final double WARM_PART = 0.65;

    /** One way to search. */
    record Way(BatchSearchMode mode, Consumer<Registry> choose) {
        String name() {
            return mode.name().toLowerCase(Locale.ROOT);
        }
    }

    static final Way NATIVE = new Way(BatchSearchMode.NATIVE, registry -> registry.searchWith(KeySearchKernel::find));
    private static final Way VECTOR = new Way(BatchSearchMode.VECTOR, Registry::searchWithVectors);
    static final Way SCALAR = new Way(BatchSearchMode.SCALAR, Registry::searchWithoutVectors);

    private final Way way;
    private final String explanation;

    private BatchSearch(Way way, String explanation) {
        this.way = way;
        this.explanation = explanation;
    }

    static BatchSearch choose(BatchSearchMode mode) {
        if (mode == BatchSearchMode.NATIVE && !KeySearchKernel.isAvailable()) {
            return new BatchSearch(VECTOR, "vector, because there is no native library");
        }
        return switch (mode) {
            case NATIVE -> fixed(NATIVE);
            case VECTOR -> fixed(VECTOR);
            case SCALAR -> fixed(SCALAR);
            case AUTO ->
                calibrated(KeySearchKernel.isAvailable() ? List.of(NATIVE, VECTOR, SCALAR) : List.of(VECTOR, SCALAR));
        };
    }

    /** Without trying: what the option says, else what most machines are fastest with. For who comes before it can be tried. */
    static BatchSearch likely(BatchSearchMode mode) {
        return choose(mode == BatchSearchMode.AUTO ? BatchSearchMode.NATIVE : mode);
    }

    private static BatchSearch fixed(Way way) {
        return new BatchSearch(way, way.name() + ", as batch-search says");
    }

    private static BatchSearch calibrated(List<Way> ways) {
        long beganNs = System.nanoTime();
        double[] best = new double[ways.size()];
        Arrays.fill(best, Double.MAX_VALUE);
        double leftNs;
        try (Arena arena = Arena.ofConfined()) {
            ShardEngine engine = emptyEngine(arena);
            int keys = fill(engine, beganNs);
            leftNs = BUDGET_NS - (System.nanoTime() - beganNs);
            for (Way way : ways) {
                nsPerKey(engine, keys, way, leftNs * WARM_PART / ways.size());
            }
            double turnNs = leftNs * (1 - WARM_PART) / (ROUNDS * ways.size());
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < best.length; i++) {
                    best[i] = Math.min(best[i], nsPerKey(engine, keys, ways.get(i), turnNs));
                }
            }
        }
        int fastest = 0;
        StringBuilder figures = new StringBuilder();
        for (int i = 0; i < best.length; i++) {
            fastest = best[i] < best[fastest] ? i : fastest;
            figures.append(String.format(Locale.ROOT, " %s %.1f", ways.get(i).name(), best[i]));
        }
        return chosen(ways.get(fastest), ways.getFirst(), leftNs, System.nanoTime() - beganNs, figures.toString());
    }

    /**
     * What the figures say, if they count.
     *
     * @param likely without figures
     * @param leftNs for them, behind what had to be made first
     */
    static BatchSearch chosen(Way fastest, Way likely, double leftNs, long tookNs, String figures) {
        boolean isInTime = tookNs <= MOST_NS && leftNs >= BUDGET_NS / 2.0;
        Way way = isInTime ? fastest : likely;
        return new BatchSearch(
                way,
                String.format(
                        Locale.ROOT,
                        "%s; tried in %d ms%s, ns a key:%s; batch-search=NAME fixes it",
                        way.name(),
                        tookNs / 1_000_000,
                        isInTime ? "" : ", the machine too busy for its figures to count",
                        figures));
    }

    private static ShardEngine emptyEngine(Arena arena) {
        RegionSizing sizing =
                new RegionSizing(KEYS, 0, 16, 16, new long[SlabLayout.CLASSES], RegionSizing.MIN_RING_LENGTH);
        MemorySegment region = arena.allocate(RegionFormatter.lengthBytes(sizing), RegionLayout.PAGE_LENGTH);
        RegionFormatter.format(region, sizing, new RegionFormatter.Identity(1, 2, 0, 3, 4, 0));
        return ShardEngine.attach(region);
    }

    /** As many keys as its time allows; how many. */
    private static int fill(ShardEngine engine, long beganNs) {
        Key key = new Key();
        Value value = new Value(16);
        Entry entry = new Entry(16);
        int keys = 0;
        do {
            key.setInline(keys, ~keys, 16);
            value.setInline(keys, keys, 16);
            int status = engine.put(key, value, entry);
            assert status == Status.OK : "status=" + Status.name(status);
        } while (++keys < KEYS && System.nanoTime() - beganNs < FILL_NS);
        return keys;
    }

    private static double nsPerKey(ShardEngine engine, int keys, Way way, double durationNs) {
        way.choose().accept(engine.registry());
        Batch batch = new Batch(16);
        Key key = new Key();
        long beganNs = System.nanoTime();
        long nowNs = beganNs;
        int asked = 0;
        do {
            batch.clear();
            for (int i = 0; i < LENGTH; i++) {
                int which = (asked++ * STEP & (KEYS - 1)) % keys; // no order of memory
                key.setInline(which, ~which, 16);
                batch.add(key);
            }
            engine.get(batch);
            nowNs = System.nanoTime();
        } while (nowNs - beganNs < durationNs);
        return (double) (nowNs - beganNs) / asked;
    }

    /** From here on the engine's batches are searched so; on its own thread, or before it has one. */
    void use(ShardEngine engine) {
        way.choose().accept(engine.registry());
    }

    /** Which one and why, with what was measured. */
    String explanation() {
        return explanation;
    }
}
