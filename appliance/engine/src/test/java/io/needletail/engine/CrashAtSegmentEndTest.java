package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RecordLayout;
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
 * Stops the shard between any two stores of an operation whose record may open the next segment of the smallest ring, and then
 * the recovery between any two of its own. {@link CrashBetweenStoresTest} does it everywhere else.
 */
class CrashAtSegmentEndTest {
    private static final long SEED = 2025;
    private static final long PAGE = 4096;

    @AfterEach
    void removeProbe() {
        Kills.remove();
    }

    @Test
    void shouldSurviveTwoKillsAtTheEndOfASegmentOfTheSmallestRing() {
        long required = Proof.required(5_000, 200_000);
        long seed = Seed.of(SEED);
        long points = 0;
        for (long run = 0; points < required; run++) {
            ShardOracle oracle = new ShardOracle(seed + run);
            try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), seed)) {
                ShardEngine engine = Kills.attach(region.segment());
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
            try (Arena once = Arena.ofConfined()) {
                MemorySegment image = region.copyInto(once);
                ShardEngine victim = Kills.attach(image);
                fillSegmentUpTo(victim, 2 + (int) (first % 3)); // attach began a new segment
                boolean inOperation = Kills.runKilledAt(first, () -> oracle.apply(victim));
                points += killRecoveries(image, first, before, after, inOperation ? Long.MAX_VALUE : 1);
                if (!inOperation) {
                    return points;
                }
            }
        }
    }

    /** Kills the recovery of what the first kill has left between any two of its stores, {@code most} times at most. */
    private static long killRecoveries(
            MemorySegment image, long first, Map<String, String> before, Map<String, String> after, long most) {
        boolean killed = true;
        long second = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(image.byteSize(), PAGE);
            for (; killed && second < most; second++) {
                copy.copyFrom(image);
                killed = Kills.runKilledAt(second, () -> ShardEngine.attach(copy));
                assertThat(Kills.stateOf(Kills.attach(copy)))
                        .as("kills at %d and %d", first, second)
                        .isIn(before, after);
            }
        }
        return second;
    }
}
