package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.pmem.PersistentMemory;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.StoreProbe;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The row PERSISTENT of the table of what a level survives, cell by cell: what is promised is there each time, and what may be lost is
 * lost at least once. No power is cut: the memory is simulated, and of every line that no fence has settled any state is taken.
 */
class PersistentLevelTableTest {
    private static final long SEED = 3011;
    private static final int ROUNDS = 40;
    private static final RegionSizing SIZING = ScratchRegion.sizing(256, 32, 1 << 20);

    /** What becomes of the machine or the process. */
    enum Event {
        PROCESS_DIES,
        REBOOT,
        POWER_IS_LOST
    }

    private final long seed = Seed.of(SEED);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Key key = new Key("acknowledged");
    private final Value value = new Value(64);
    private final Entry entry = new Entry(640);

    @AfterEach
    void removeProbe() {
        StoreProbe.remove();
    }

    @ParameterizedTest
    @CsvSource({
        "on DAX,   PROCESS_DIES,  true",
        "on DAX,   REBOOT,        true",
        "on DAX,   POWER_IS_LOST, true",
        "EMULATED, PROCESS_DIES,  true",
        "EMULATED, REBOOT,        false",
        "EMULATED, POWER_IS_LOST, false",
    })
    void shouldBeThereAfterwardsAsTheTableSays(String kind, Event event, boolean survives) {
        int there = 0;
        for (int round = 0; round < ROUNDS; round++) {
            there += isThereAfter(event, kind.equals("EMULATED"), seed + round) ? 1 : 0;
        }
        if (survives) {
            assertThat(there).isEqualTo(ROUNDS);
        } else {
            assertThat(there).isLessThan(ROUNDS);
        }
    }

    private boolean isThereAfter(Event event, boolean isEmulated, long roundSeed) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = region(arena);
            RegionFormatter.format(memory, SIZING, new RegionFormatter.Identity(roundSeed, 1, 0, 2, 3, 0));
            MemorySegment medium = region(arena);
            SimPmem sim = new SimPmem(memory, medium);
            PersistentMemory given = isEmulated ? new FlushedNowhere() : sim;
            ShardEngine.persist(memory, given);
            sim.settle(0, memory.byteSize());
            StoreProbe.install(sim::beforeStore);
            acknowledge(memory, given, roundSeed);
            StoreProbe.remove();
            return switch (event) {
                case PROCESS_DIES -> isThereIn(memory, given);
                case REBOOT -> isEmulated ? isThereIn(emptied(memory), given) : isThereIn(powerless(sim, medium), sim);
                case POWER_IS_LOST -> isThereIn(powerless(sim, medium), given);
            };
        }
    }

    private static MemorySegment region(Arena arena) {
        return arena.allocate(RegionFormatter.lengthBytes(SIZING), RegionLayout.PAGE_LENGTH);
    }

    /** Behind other changes, and as far as the acknowledgement says. */
    private void acknowledge(MemorySegment memory, PersistentMemory given, long roundSeed) {
        ShardEngine engine = ShardEngine.attach(memory, given, ringEnd -> {});
        engine.serve();
        ShardOracle oracle = new ShardOracle(roundSeed);
        for (int i = random.nextInt(50); i > 0; i--) {
            oracle.draw();
            oracle.apply(engine);
            oracle.happened(engine);
        }
        value.setUtf8("a value of more than sixteen bytes " + random.nextInt());
        assertThat(engine.insert(key, value, entry)).isEqualTo(Status.OK);
        assertThat(engine.live().reached(Level.PERSISTENT)).isGreaterThanOrEqualTo(entry.version());
    }

    /** Shared memory is empty behind a reboot: a region is made anew. */
    private static MemorySegment emptied(MemorySegment memory) {
        memory.fill((byte) 0);
        RegionFormatter.format(memory, SIZING, new RegionFormatter.Identity(5, 1, 0, 2, 3, 0));
        ShardEngine.persist(memory, new FlushedNowhere());
        return memory;
    }

    /** The medium, with any state of every line that is not settled. */
    private MemorySegment powerless(SimPmem sim, MemorySegment medium) {
        BitSet unsettled = sim.unsettled();
        for (int line = unsettled.nextSetBit(0); line >= 0; line = unsettled.nextSetBit(line + 1)) {
            SimPmem.write(medium, line, sim.lose(line, SimPmem.Loss.ANY, random));
        }
        return medium;
    }

    private boolean isThereIn(MemorySegment left, PersistentMemory given) {
        if (RegionHeader.validate(left) != RegionFault.NONE) {
            return false;
        }
        PersistentMemory next = given instanceof SimPmem ? new SimPmem(left, left) : given;
        ShardEngine engine = ShardEngine.attach(left, next, ringEnd -> {});
        if (!engine.report().isWhole()) {
            return false; // refused, with the reason
        }
        int status = engine.get(key, entry);
        assertThat(status).isIn(Status.OK, Status.NOT_FOUND);
        assertThat(status == Status.NOT_FOUND || entry.value().toUtf8().equals(value.toUtf8()))
                .as("nothing, or what was acknowledged")
                .isTrue();
        return status == Status.OK;
    }
}
