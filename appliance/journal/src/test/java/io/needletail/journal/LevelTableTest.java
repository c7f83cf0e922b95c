package io.needletail.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of what a level survives, cell by cell: what is promised is there each time, and what may be lost is lost at least
 * once. No power is cut: files are simulated, and of every sector that was not forced either the old or the new bytes stay.
 */
class LevelTableTest {
    private static final long SEED = 2913;
    private static final int ROUNDS = 40;

    /** What becomes of the appliance. */
    enum Event {
        PROCESS_DIES,
        PROCESS_DIES_AND_THE_REGION_IS_LOST,
        POWER_IS_LOST
    }

    private final SplittableRandom random = new SplittableRandom(Seed.of(SEED));
    private final Key key = new Key("acknowledged");
    private final Value value = new Value(64);
    private final Entry entry = new Entry(64);

    @ParameterizedTest
    @CsvSource({
        "memory,     PROCESS_DIES,                        true",
        "memory,     PROCESS_DIES_AND_THE_REGION_IS_LOST, false",
        "memory,     POWER_IS_LOST,                       false",
        "journaled,  PROCESS_DIES,                        true",
        "journaled,  PROCESS_DIES_AND_THE_REGION_IS_LOST, true",
        "journaled,  POWER_IS_LOST,                       false",
        "synced,     PROCESS_DIES,                        true",
        "synced,     PROCESS_DIES_AND_THE_REGION_IS_LOST, true",
        "synced,     POWER_IS_LOST,                       true",
    })
    void shouldBeThereAfterwardsAsTheTableSays(String level, Event event, boolean survives) throws IOException {
        int there = 0;
        for (int round = 0; round < ROUNDS; round++) {
            there += isThereAfter(event, Level.byName(level)) ? 1 : 0;
        }
        if (survives) {
            assertThat(there).isEqualTo(ROUNDS);
        } else {
            assertThat(there).isLessThan(ROUNDS);
        }
    }

    private boolean isThereAfter(Event event, int level) throws IOException {
        SimJournalFiles files = new SimJournalFiles();
        try (ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 20), SEED, 2)) {
            JournalledShard shard = JournalledShard.create(files, scratch.segment());
            for (int i = 0; i < random.nextInt(50); i++) {
                shard.change(random);
            }
            value.setUtf8("a value of more than sixteen bytes " + random.nextInt());
            assertThat(shard.engine.insert(key, value, entry)).isEqualTo(Status.OK);
            bring(shard, entry.version(), level);
            JournalledShard next = after(event, files, scratch.segment());
            int status = next.engine.get(key, entry);
            assertThat(status).isIn(Status.OK, Status.NOT_FOUND);
            assertThat(status == Status.NOT_FOUND || entry.value().toUtf8().equals(value.toUtf8()))
                    .as("nothing, or what was acknowledged")
                    .isTrue();
            return status == Status.OK;
        }
    }

    /** As far as the acknowledgement says, and no further. */
    private static void bring(JournalledShard shard, long version, int level) {
        while (level >= Level.JOURNALED && shard.engine.live().reached(Level.JOURNALED) < version) {
            shard.writer.doWork();
        }
        while (level >= Level.SYNCED && shard.engine.live().reached(Level.SYNCED) < version) {
            shard.keeper.doWork();
        }
        assertThat(level == Level.MEMORY || shard.engine.live().reached(level) >= version)
                .isTrue();
    }

    private JournalledShard after(Event event, SimJournalFiles files, MemorySegment region) throws IOException {
        SimJournalFiles left = event == Event.POWER_IS_LOST ? files.afterPowerLoss(random) : files.afterKill();
        if (event == Event.PROCESS_DIES) {
            return JournalledShard.reopen(left, region);
        }
        SegmentJournal journal = SegmentJournal.open(left, JournalledShard.FILE_LENGTH);
        return JournalledShard.reopen(left, JournalledShard.restored(journal));
    }
}
