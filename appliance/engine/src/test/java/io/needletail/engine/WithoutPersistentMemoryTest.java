package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.pmem.PersistentMemory;
import io.needletail.registry.view.RegionFault;
import io.needletail.testing.ScratchRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A region that was in persistent memory, attached to without it. */
class WithoutPersistentMemoryTest {
    private static final long SEED = 3005;

    private static final PersistentMemory MEDIUM = new FlushedNowhere(); // whatever is stored stays

    @AfterEach
    void removeProbe() {
        Kills.remove();
    }

    @Test
    void shouldBeWholeWhereverTheStartIsKilledAndNotBeBelievedAfterwards() {
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), SEED)) {
            Map<String, String> expected = changedInPersistentMemory(region.segment());
            boolean wasKilled = true;
            for (long store = 0; wasKilled; store++) {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment left = region.copyInto(arena);
                    wasKilled = Kills.runKilledAt(store, () -> Kills.attach(left));
                    assertThat(Kills.stateOf(Kills.attach(left)))
                            .as("store %d", store)
                            .isEqualTo(expected);
                    assertThat(ShardEngine.attach(left, MEDIUM, ringEnd -> {})
                                    .report()
                                    .fault())
                            .isEqualTo(RegionFault.REDO_DAMAGED);
                }
            }
        }
    }

    private static Map<String, String> changedInPersistentMemory(MemorySegment region) {
        ShardEngine.persist(region, MEDIUM);
        ShardEngine engine = ShardEngine.attach(region, MEDIUM, ringEnd -> {});
        engine.serve();
        ShardOracle oracle = new ShardOracle(SEED);
        for (int i = 0; i < 30; i++) {
            oracle.draw();
            oracle.apply(engine);
            oracle.happened(engine);
            if (i == 20) {
                engine.writeBack().finish();
            }
        }
        return ShardOracle.printable(oracle.expected());
    }
}
