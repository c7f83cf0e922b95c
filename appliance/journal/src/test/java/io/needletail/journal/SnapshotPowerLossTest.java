package io.needletail.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.journal.snapshot.Retention;
import io.needletail.journal.snapshot.Snapshot;
import io.needletail.journal.snapshot.SnapshotWriter;
import io.needletail.registry.view.Level;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * Takes the power at every write, force, rename and delete of the snapshots that are taken of a shard while it changes, and at every event of
 * its journal: every snapshot that is there then makes, with the journal, what the region was; names that were on their way are there or
 * not.
 */
class SnapshotPowerLossTest {
    private static final long SEED = 3012;
    private static final int CHANGES = 1_500;

    private final long seed = Seed.of(SEED);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Set<Long> states = new HashSet<>();
    private final RegionDigests digests = new RegionDigests();
    private final SimJournalFiles files = new SimJournalFiles();
    private final SimSnapshotFiles snapshots = new SimSnapshotFiles();
    private JournalledShard shard;
    private boolean isLooking;
    private long pulse;
    private long points;
    private long operations;
    private long restored;

    @Test
    void shouldMakeTheRegionFromEverySnapshotThatIsThereWhereverThePowerGoes() throws IOException {
        long required = Proof.required(4_000, 100_000);
        try (ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 17), seed, 2)) {
            shard = JournalledShard.create(files, scratch.segment());
            files.atEvent(this::powerGoes);
            while (states.size() < required) {
                run();
            }
        }
        Proof.crashPoints("snapshot-power-loss", points, operations);
        System.out.printf("snapshots: %d distinct images, %d made into regions%n", states.size(), restored);
        assertThat(restored).as("images with more than one").isGreaterThan(states.size() + states.size() / 2);
        Proof.note("snapshot-power-loss-states", required, states.size(), seed);
    }

    /** Each by a process of its own, which begins a chain. */
    private void run() {
        snapshots.atEvent(this::powerGoes);
        SnapshotWriter writer = new SnapshotWriter(
                shard.journal, snapshots, shard.region, () -> pulse++, () -> 0, 0, Retention.NONE, line -> {});
        for (int i = 0; i < CHANGES; i++) {
            shard.change(random);
            operations++;
            digests.note(shard);
            if (random.nextInt(4) == 0) {
                shard.writer.doWork();
            }
            if (random.nextInt(8) == 0) {
                shard.keeper.doWork();
            }
            if (random.nextInt(4) == 0) {
                writer.doWork();
            }
        }
    }

    private void powerGoes() {
        if (isLooking) {
            return;
        }
        points++;
        isLooking = true;
        try {
            SimSnapshotFiles image = snapshots.afterPowerLoss(random);
            SimJournalFiles journalImage = files.afterPowerLoss(random);
            if (!image.names().isEmpty() && states.add(digest(image, journalImage))) {
                look(image, journalImage);
            }
        } catch (IOException e) {
            throw new AssertionError("seed=" + seed + " point=" + points, e);
        } finally {
            isLooking = false;
        }
    }

    private void look(SimSnapshotFiles image, SimJournalFiles journalImage) throws IOException {
        long forced = shard.engine.live().reached(Level.SYNCED);
        SegmentJournal journal = SegmentJournal.open(journalImage, JournalledShard.FILE_LENGTH);
        assertThat(journal.sequence()).as("seed=%d point=%d", seed, points).isGreaterThanOrEqualTo(forced);
        for (String name : image.names()) {
            try (Snapshot snapshot = Snapshot.open(image, name)) {
                assertThat(snapshot.endPosition()).isLessThanOrEqualTo(journal.endPosition());
                assertThat(snapshot.basePosition()).isGreaterThanOrEqualTo(journal.firstPosition());
                long digest = JournalledShard.digest(JournalledShard.restored(snapshot, journal));
                assertThat(digests.isRight(journal.sequence(), digest))
                        .as("seed=%d point=%d %s sequence=%d", seed, points, name, journal.sequence())
                        .isTrue();
                restored++;
            }
        }
    }

    /** Of names, of what stands in the snapshots, and of how far the journal goes. */
    private long digest(SimSnapshotFiles image, SimJournalFiles journalImage) {
        CRC32C crc = new CRC32C();
        long digest = image.names().size();
        for (String name : image.names()) {
            crc.update(image.bytes(name));
            digest = digest * 0x9E37_79B9_7F4A_7C15L + crc.getValue();
        }
        for (String name : journalImage.names()) {
            crc.update(journalImage.bytes(name).asByteBuffer());
            digest = digest * 0x9E37_79B9_7F4A_7C15L + crc.getValue();
        }
        return digest;
    }
}
