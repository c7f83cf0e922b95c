package io.needletail.bench.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The twin that compares handles with vectors answers as the plain gets do, of live, freed, reused and foreign handles. */
class VectorHandleGetsTest {
    private static final long SEED = 616;
    private static final int SLOTS = 128;
    private static final int SHARD = 2;

    private final long seed = Seed.of(SEED);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Key key = new Key();
    private final Value value = new Value(16);
    private final Entry entry = new Entry(16);

    @Test
    void shouldAnswerAsOneGetAfterTheOther() {
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.sizing(SLOTS, 16, 1 << 20), SEED, SHARD)) {
            ShardEngine engine = ShardEngine.attach(region.segment());
            engine.serve();
            VectorHandleGets vectors = new VectorHandleGets(engine.registry(), new long[1], 1);
            long required = Proof.required(200_000, 20_000_000);
            long compared = 0;
            while (compared < required) {
                change(engine);
                compared += compare(engine, vectors);
            }
            Proof.note("vector-handles", required, compared, seed);
        }
    }

    private void change(ShardEngine engine) {
        key.setInline(random.nextLong(2 * SLOTS), 0, 8);
        if (random.nextInt(3) == 0) {
            engine.delete(key, entry);
        } else {
            value.setInline(random.nextLong(), random.nextLong(), 16);
            engine.put(key, value, entry);
        }
    }

    private int compare(ShardEngine engine, VectorHandleGets vectors) {
        long[] asked = new long[1 + random.nextInt(Batch.MAX_LENGTH)];
        for (int i = 0; i < asked.length; i++) {
            asked[i] = handle(engine, random.nextInt(SLOTS));
        }
        long stale = vectors.stale(asked, 0, asked.length);
        for (int i = 0; i < asked.length; i++) {
            boolean isLive = engine.registry().isLive(asked[i]);
            int expected = isLive ? Status.OK : Status.STALE_HANDLE;
            assertThat(engine.get(asked[i], entry)).isEqualTo(expected);
            assertThat(stale >>> i & 1).isEqualTo(isLive ? 0 : 1);
            if (isLive) {
                assertThat(vectors.value(asked[i]))
                        .isEqualTo(entry.value().word0() ^ entry.value().word1());
            }
        }
        return asked.length;
    }

    /** The slot's own, or one of another generation or shard. */
    private long handle(ShardEngine engine, int slot) {
        return switch (random.nextInt(4)) {
            case 0 -> Handle.of(SHARD, 1 + random.nextInt(4), slot);
            case 1 -> Handle.of(random.nextInt(8), 1, slot);
            default -> engine.registry().handle(slot);
        };
    }
}
