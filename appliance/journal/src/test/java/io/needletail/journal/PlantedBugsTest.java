package io.needletail.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.journal.snapshot.Retention;
import io.needletail.journal.snapshot.Snapshot;
import io.needletail.journal.snapshot.SnapshotDamagedException;
import io.needletail.journal.snapshot.SnapshotWriter;
import io.needletail.registry.view.Level;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The proof of journal and snapshots itself proven: power goes at any moment while one bug is planted, and the proof must say so;
 * without one it must not.
 */
class PlantedBugsTest {
    private static final long SEED = 2915;
    private static final int MOST_STATES = 400;

    private final SplittableRandom random = new SplittableRandom(Seed.of(SEED));
    private final RegionDigests digests = new RegionDigests();
    private long pulse;

    @ParameterizedTest
    @EnumSource(Plant.class)
    void shouldBeFoundByTheProofOrNotBeThere(Plant plant) throws IOException {
        SimJournalFiles files = new SimJournalFiles().plant(plant);
        SimSnapshotFiles snapshots = new SimSnapshotFiles().plant(plant);
        try (ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 20), SEED, 2)) {
            JournalledShard shard = JournalledShard.create(files, scratch.segment());
            String found = null;
            int states = 0;
            while (found == null && states < (plant == Plant.NOTHING ? MOST_STATES / 4 : MOST_STATES)) {
                states++;
                long acknowledged = change(shard, snapshots, plant);
                files = files.afterPowerLoss(random);
                snapshots = snapshots.afterPowerLoss(random);
                Found next = look(files, snapshots, acknowledged);
                found = next.violation;
                if (found == null) {
                    shard = JournalledShard.reopen(files, next.region);
                }
            }
            if (plant == Plant.NOTHING) {
                assertThat(found).as("after %d states", states).isNull();
            } else {
                Proof.caught(plant, "journal-and-snapshot-power-loss", states, found);
            }
        }
    }

    /** What a start finds: a violation, or a region. */
    private record Found(String violation, MemorySegment region) {
        static Found violation(String words) {
            return new Found(words, null);
        }
    }

    /** Answers the last sequence that was said to be synced. */
    private long change(JournalledShard shard, SimSnapshotFiles snapshots, Plant plant) {
        SnapshotWriter writer = new SnapshotWriter(
                plant.snapshotted(shard.journal),
                snapshots,
                shard.region,
                () -> pulse++,
                () -> 0,
                0,
                Retention.NONE,
                line -> {});
        long acknowledged = 0;
        int changes = 1 + random.nextInt(300);
        for (int i = 0; i < changes; i++) {
            shard.change(random);
            digests.note(shard);
            if (random.nextInt(4) == 0) {
                shard.writer.doWork();
            }
            if (random.nextInt(16) == 0) {
                acknowledged = plant == Plant.ACKNOWLEDGED_BEFORE_THE_FORCE ? shard.journal.sequence() : acknowledged;
                if (plant != Plant.ACKNOWLEDGED_BEFORE_THE_FORCE || random.nextBoolean()) {
                    shard.keeper.doWork();
                }
            }
            if (random.nextInt(8) == 0) {
                writer.doWork();
            }
            forgetTooMuch(shard, snapshots, plant);
        }
        int level = plant == Plant.JOURNALED_IS_TAKEN_FOR_SYNCED ? Level.JOURNALED : Level.SYNCED;
        return Math.max(acknowledged, shard.engine.live().reached(level));
    }

    private static void forgetTooMuch(JournalledShard shard, SimSnapshotFiles snapshots, Plant plant) {
        List<String> names = snapshots.names();
        if (plant == Plant.THE_OLDER_SNAPSHOT_IS_FORGOTTEN && !names.isEmpty()) {
            try (Snapshot newest = Snapshot.open(snapshots, names.getLast())) {
                shard.journal.covered(newest.basePosition());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Found look(SimJournalFiles files, SimSnapshotFiles snapshots, long acknowledged) throws IOException {
        SegmentJournal journal;
        try {
            journal = SegmentJournal.open(files, JournalledShard.FILE_LENGTH);
        } catch (JournalDamagedException e) {
            return Found.violation(e.getMessage());
        }
        if (journal.sequence() < acknowledged) {
            return Found.violation("acknowledged " + acknowledged + ", there is " + journal.sequence());
        }
        MemorySegment region = null;
        for (String name : snapshots.names()) { // each is enough by itself
            try (Snapshot snapshot = Snapshot.open(snapshots, name)) {
                snapshot.verify(bytes -> {});
                if (snapshot.basePosition() < journal.firstPosition()) {
                    return Found.violation("nothing between " + name + " and the journal");
                }
                if (snapshot.endPosition() > journal.endPosition()) {
                    return Found.violation(name + " ends behind the journal");
                }
                region = JournalledShard.restored(snapshot, journal);
            } catch (SnapshotDamagedException e) {
                return Found.violation(e.getMessage());
            }
        }
        region = region != null ? region : JournalledShard.restored(journal);
        boolean isRight =
                journal.sequence() == 0 || digests.isRight(journal.sequence(), JournalledShard.digest(region));
        return isRight ? new Found(null, region) : Found.violation("another region than at " + journal.sequence());
    }
}
