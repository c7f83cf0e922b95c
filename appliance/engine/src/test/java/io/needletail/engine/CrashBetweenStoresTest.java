package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.StoreProbe;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Stops the shard between any two stores of append and apply, and of attach itself, and attaches again: the state is the
 * oracle's before the operation or after it, never another, and once the record is committed it is the one after.
 */
class CrashBetweenStoresTest {
    private static final long SEED = 2025;

    /** A process that was killed. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    @AfterEach
    void removeProbe() {
        StoreProbe.install(() -> {});
    }

    @Test
    void shouldHoldTheStateBeforeOrAfterWhereverTheShardIsStopped() {
        long required = Proof.required(20_000, 2_000_000);
        long seed = Seed.of(SEED);
        long points = 0;
        for (long run = 0; points < required; run++) {
            points += crashEveryStoreOfARun(seed + run, 60);
        }
        Proof.note("crash-between-stores", required, points, seed);
    }

    @Test
    void shouldSurviveTwoKillsAtTheEndOfASegmentOfTheSmallestRing() {
        long required = Proof.required(5_000, 200_000);
        long seed = Seed.of(SEED);
        long points = 0;
        for (long run = 0; points < required; run++) {
            ShardOracle oracle = new ShardOracle(seed + run);
            try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), seed)) {
                ShardEngine engine = attach(region.segment());
                for (int i = 0; i < 20; i++) {
                    oracle.draw();
                    oracle.apply(engine);
                    oracle.happened(engine);
                }
                fillSegmentUpTo(engine, 2 + (int) (run % 3));
                oracle.draw();
                points += crashTwice(region, oracle);
            }
        }
        Proof.note("crash-twice-at-segment-end", required, points, seed);
    }

    /** Leaves room for {@code lines} lines only, so that a longer record pads and opens the next segment. */
    private static void fillSegmentUpTo(ShardEngine engine, int lines) {
        Key key = new Key("filler");
        Value value = new Value(16);
        Entry entry = new Entry(16);
        assertThat(engine.put(key, value, entry)).isEqualTo(Status.OK);
        long handle = entry.handle();
        long left = (long) lines * RecordLayout.LINE_LENGTH;
        while ((engine.log().position() & (RingSegment.LENGTH - 1)) != RingSegment.LENGTH - left) {
            assertThat(engine.put(handle, value, entry)).isEqualTo(Status.OK);
        }
    }

    private static long crashTwice(ScratchRegion region, ShardOracle oracle) {
        Map<String, String> before = ShardOracle.printable(oracle.expected());
        Map<String, String> after = ShardOracle.printable(oracle.expectedAfter());
        long points = 0;
        for (long first = 0; ; first++) {
            boolean killed = true;
            for (long second = 0; killed; second++) {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment copy = region.copyInto(arena);
                    ShardEngine victim = attach(copy);
                    fillSegmentUpTo(victim, 2 + (int) (first % 3)); // attach began a new segment
                    boolean inOperation = runKilledAt(first, () -> oracle.apply(victim));
                    killed = runKilledAt(second, () -> ShardEngine.attach(copy));
                    assertThat(stateOf(attach(copy)))
                            .as("kills at %d and %d", first, second)
                            .isIn(before, after);
                    points++;
                    if (!inOperation) {
                        return points;
                    }
                }
            }
        }
    }

    /** A run of operations; each is first crashed at every store on a copy of the memory, then done. */
    private static long crashEveryStoreOfARun(long seed, int operations) {
        long points = 0;
        ShardOracle oracle = new ShardOracle(seed);
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), seed)) {
            ShardEngine engine = attach(region.segment());
            for (int i = 0; i < operations; i++) {
                oracle.draw();
                points += crashEveryStore(region, oracle);
                int status = oracle.apply(engine);
                assertThat(status).isEqualTo(oracle.expectedStatus());
                oracle.happened(engine);
                if (i % 20 == 19) {
                    engine = attach(region.segment()); // so that slots, blocks and generations are recovered ones too
                    engine.handOver();
                }
            }
        }
        return points;
    }

    private static long crashEveryStore(ScratchRegion region, ShardOracle oracle) {
        Map<String, String> before = ShardOracle.printable(oracle.expected());
        Map<String, String> after = ShardOracle.printable(oracle.expectedAfter());
        boolean wasAfter = false;
        for (long stopAt = 0; ; stopAt++) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = region.copyInto(arena);
                ShardEngine victim = attach(copy);
                boolean killed = runKilledAt(stopAt, () -> oracle.apply(victim));
                if (killed && stopAt % 7 == 3) {
                    runKilledAt(stopAt % 13, () -> attach(copy)); // and recovery itself is killed
                }
                Map<String, String> found = stateOf(attach(copy));
                assertThat(found).as("stopped before store %d", stopAt).isIn(before, after);
                boolean isAfter = found.equals(after) && !before.equals(after);
                assertThat(isAfter || !wasAfter)
                        .as("store %d undid the operation", stopAt)
                        .isTrue();
                wasAfter = isAfter;
                if (!killed) {
                    assertThat(found).isEqualTo(after);
                    return stopAt + 1;
                }
            }
        }
    }

    private static Map<String, String> stateOf(ShardEngine engine) {
        return ShardOracle.printable(ShardOracle.stateOf(engine, ShardOracle.allKeys()));
    }

    /** True when the action was stopped before its n-th store; false when it needed fewer. */
    private static boolean runKilledAt(long store, Runnable action) {
        long[] left = {store};
        StoreProbe.install(() -> {
            if (left[0]-- == 0) {
                throw new Killed();
            }
        });
        try {
            action.run();
            return false;
        } catch (Killed killed) {
            return true;
        } finally {
            StoreProbe.install(() -> {});
        }
    }

    private static ShardEngine attach(MemorySegment region) {
        assertThat(RegionHeader.validate(region)).isEqualTo(RegionFault.NONE);
        ShardEngine engine = ShardEngine.attach(region);
        assertThat(engine.report().fault()).isEqualTo(RegionFault.NONE);
        engine.serve();
        return engine;
    }

    @Test
    void shouldRefuseASlotThatBeganToChangeWithoutARecord() {
        // What a crash would leave if a slot were changed before its record was committed.
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), SEED);
                Arena arena = Arena.ofConfined()) {
            ShardOracle oracle = new ShardOracle(SEED);
            ShardEngine engine = attach(region.segment());
            oracle.draw();
            oracle.apply(engine);
            oracle.happened(engine);
            MemorySegment copy = region.copyInto(arena);
            long slotVersion = RegionHeader.of(copy).layout().keyedOffset();
            copy.set(java.lang.foreign.ValueLayout.JAVA_LONG, slotVersion, 3L); // an odd version without a record
            assertThat(ShardEngine.attach(copy).report().fault()).isEqualTo(RegionFault.SLOT_DAMAGED);
        }
    }
}
