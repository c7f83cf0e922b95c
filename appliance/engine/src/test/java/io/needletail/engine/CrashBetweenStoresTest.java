package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Stops the shard between any two stores of append and apply, and of attach itself, and attaches again: the state is the
 * oracle's before the operation or after it, never another, and once the record is committed it is the one after.
 * {@link CrashAtSegmentEndTest} does it where a record opens a segment.
 */
class CrashBetweenStoresTest {
    private static final long SEED = 2025;

    @AfterEach
    void removeProbe() {
        Kills.remove();
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

    /** A run of operations; each is first crashed at every store on a copy of the memory, then done. */
    private static long crashEveryStoreOfARun(long seed, int operations) {
        long points = 0;
        ShardOracle oracle = new ShardOracle(seed);
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), seed)) {
            ShardEngine engine = Kills.attach(region.segment());
            for (int i = 0; i < operations; i++) {
                oracle.draw();
                points += crashEveryStore(region, oracle);
                int status = oracle.apply(engine);
                assertThat(status).isEqualTo(oracle.expectedStatus());
                oracle.happened(engine);
                if (i % 20 == 19) {
                    engine = Kills.attach(
                            region.segment()); // so that slots, blocks and generations are recovered ones too
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
                ShardEngine victim = Kills.attach(copy);
                boolean killed = Kills.runKilledAt(stopAt, () -> oracle.apply(victim));
                if (killed && stopAt % 7 == 3) {
                    Kills.runKilledAt(stopAt % 13, () -> Kills.attach(copy)); // and recovery itself is killed
                }
                Map<String, String> found = Kills.stateOf(Kills.attach(copy));
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

    /** The proof proven: at each kill the ring is put back to what it was, as if it had its record only behind the change. */
    @Test
    void shouldMissAChangeThatIsAppliedBeforeItIsAppended() {
        long seed = Seed.of(SEED + 1);
        ShardOracle oracle = new ShardOracle(seed);
        String violation = null;
        long states = 0;
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), seed)) {
            ShardEngine engine = Kills.attach(region.segment());
            for (int i = 0; i < 60 && violation == null; i++) {
                oracle.draw();
                for (long stopAt = 0; stopAt < 40 && violation == null; stopAt++) {
                    states++;
                    violation = violationWhenAppliedFirst(region, oracle, stopAt);
                }
                oracle.apply(engine);
                oracle.happened(engine);
            }
        }
        Proof.caught("APPLIED_BEFORE_APPENDED", "crash-between-stores", states, violation);
    }

    private static String violationWhenAppliedFirst(ScratchRegion region, ShardOracle oracle, long stopAt) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = region.copyInto(arena);
            ShardEngine victim = Kills.attach(copy);
            RegionLayout layout = RegionHeader.of(copy).layout();
            MemorySegment ring = copy.asSlice(layout.ringOffset(), layout.regionLength() - layout.ringOffset());
            byte[] before = ring.toArray(ValueLayout.JAVA_BYTE);
            if (!Kills.runKilledAt(stopAt, () -> oracle.apply(victim))) {
                return null;
            }
            ring.copyFrom(MemorySegment.ofArray(before));
            ShardEngine found = ShardEngine.attach(copy);
            if (found.report().fault() != RegionFault.NONE) {
                return found.report().explain();
            }
            Map<String, String> state = Kills.stateOf(found);
            boolean isExpected = state.equals(ShardOracle.printable(oracle.expected()))
                    || state.equals(ShardOracle.printable(oracle.expectedAfter()));
            return isExpected ? null : "neither before nor after: " + state;
        }
    }

    @Test
    void shouldRefuseASlotThatBeganToChangeWithoutARecord() {
        // What a crash would leave if a slot were changed before its record was committed.
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), SEED);
                Arena arena = Arena.ofConfined()) {
            ShardOracle oracle = new ShardOracle(SEED);
            ShardEngine engine = Kills.attach(region.segment());
            oracle.draw();
            oracle.apply(engine);
            oracle.happened(engine);
            MemorySegment copy = region.copyInto(arena);
            long slotVersion = RegionHeader.of(copy).layout().keyedOffset();
            copy.set(ValueLayout.JAVA_LONG, slotVersion, 3L); // an odd version without a record
            assertThat(ShardEngine.attach(copy).report().fault()).isEqualTo(RegionFault.SLOT_DAMAGED);
        }
    }
}
