package io.needletail.bench.hash;

import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.engine.ShardEngine;
import io.needletail.registry.DirectoryShape;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.util.SplittableRandom;

/** A region with as many slots as a family has keys, and all of them in it: the directory is as full as it may be. */
final class FilledFamily implements AutoCloseable {
    private static final long RING = 4L << 20;
    static final int QUARTERS = 4;

    private static final int LOOKUPS = 4_096;

    private final EmbeddedRegion region;
    private final ShardEngine engine;
    private final long[] asked = new long[2 * LOOKUPS];
    private final int[] lengths = new int[LOOKUPS];
    private final Key key = new Key();
    private final Entry entry = new Entry(16);
    /** At a quarter, a half and three quarters of the keys, and with all. */
    private final DirectoryShape[] shapes = new DirectoryShape[QUARTERS];

    private int refused;
    private int refusal = Status.OK;

    private FilledFamily(EmbeddedRegion region) {
        this.region = region;
        engine = region.engine();
    }

    static FilledFamily of(KeyFamily family) throws IOException {
        FilledFamily filled = new FilledFamily(EmbeddedRegion.empty(family.count(), RING));
        filled.insert(family);
        filled.draw(family);
        return filled;
    }

    /** With keys made by somebody who knows the region's secret; every one has the same hash. */
    static FilledFamily withLeakedSecret(int count) throws IOException {
        EmbeddedRegion region = EmbeddedRegion.empty(count, RING);
        long blind = region.engine().registry().header().secret0() | 1;
        FilledFamily filled = new FilledFamily(region);
        filled.insert(new KeyFamily("leaked-secret", count, (into, n) -> into.setInline(blind, n, 16)));
        return filled;
    }

    private void insert(KeyFamily family) {
        Value value = new Value(16);
        for (int n = 0; n < family.count(); n++) {
            family.keys().set(key, n);
            value.setInline(n, ~n, 16);
            int status = engine.insert(key, value, entry);
            if (status != Status.OK) {
                refused++;
                refusal = status;
            }
            if ((n + 1) % Math.max(1, family.count() / QUARTERS) == 0) {
                int quarter = (n + 1) / Math.max(1, family.count() / QUARTERS) - 1;
                shapes[Math.min(quarter, QUARTERS - 1)] = engine.registry().directoryShape();
            }
        }
        shapes[QUARTERS - 1] = engine.registry().directoryShape();
    }

    private void draw(KeyFamily family) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < LOOKUPS; i++) {
            family.keys().set(key, random.nextInt(family.count()));
            asked[2 * i] = key.word0();
            asked[2 * i + 1] = key.word1();
            lengths[i] = key.length();
        }
    }

    /** With all keys in it. */
    DirectoryShape shape() {
        return shapes[QUARTERS - 1];
    }

    /** With the first {@code quarters} quarters of them. */
    DirectoryShape shape(int quarters) {
        return shapes[quarters - 1];
    }

    int refused() {
        return refused;
    }

    /** Why keys were refused, a {@link Status}. */
    int refusal() {
        return refusal;
    }

    /** Gets each of the drawn keys once; how many that are. */
    int lookUp() {
        for (int i = 0; i < LOOKUPS; i++) {
            key.setInline(asked[2 * i], asked[2 * i + 1], lengths[i]);
            int status = engine.get(key, entry);
            if (status != Status.OK) {
                throw new IllegalStateException("answered " + Status.name(status));
            }
        }
        return LOOKUPS;
    }

    @Override
    public void close() throws IOException {
        region.close();
    }
}
