package io.needletail.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.registry.StoreProbe;
import io.needletail.registry.view.Level;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A force that failed, the end of the process, another process, and then a loss of power: the kernel took for written what the failed
 * force covered, and showed it to the other process.
 */
class FailedForceTest {
    private static final long SEED = 3020;
    private static final int ROUNDS = 50;

    private final SplittableRandom random = new SplittableRandom(Seed.of(SEED));

    @AfterEach
    void removeProbe() {
        StoreProbe.remove();
    }

    private void change(JournalledShard shard, SimJournalFiles files) {
        for (int i = 0; i < 1 + random.nextInt(200); i++) {
            shard.change(random);
        }
        StoreProbe.install(files::stored);
        shard.writer.doWork();
    }

    /** The same for zeros over what was torn: bytes of an earlier time must not come back behind a log that went on. */
    @Test
    void shouldStoreZerosAgainThatAnEarlierProcessCouldNotForce() throws IOException {
        SimJournalFiles files = new SimJournalFiles();
        try (ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 17), SEED, 2)) {
            JournalledShard shard = JournalledShard.create(files, scratch.segment());
            change(shard, files);
            shard.keeper.doWork();
            String name = files.names().getFirst();
            long tornAt = JournalLayout.LOG_OFFSET + shard.journal.position() + (64 << 10);
            files.bytes(name).set(ValueLayout.JAVA_LONG, tornAt, 4711L); // came to the medium out of order
            SimJournalFiles torn = files.afterKill();

            torn.failsForces(true);
            StoreProbe.install(torn::stored);
            assertThatThrownBy(() -> SegmentJournal.open(torn, JournalledShard.FILE_LENGTH))
                    .isInstanceOf(IOException.class);
            SimJournalFiles next = torn.afterFailedForce();
            StoreProbe.install(next::stored);
            SegmentJournal.open(next, JournalledShard.FILE_LENGTH);
            StoreProbe.remove();
            SimJournalFiles found = next.afterPowerLoss(random);
            assertThat(found.bytes(name).get(ValueLayout.JAVA_LONG, tornAt)).isZero();
        }
    }

    @Test
    void shouldNotBelieveWhatAnEarlierProcessCouldNotForce() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            SimJournalFiles files = new SimJournalFiles();
            try (ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 17), SEED, 2)) {
                JournalledShard shard = JournalledShard.create(files, scratch.segment());
                change(shard, files);
                shard.keeper.doWork();
                change(shard, files);
                files.failsForces(true);
                assertThatThrownBy(shard.keeper::doWork).isInstanceOf(UncheckedIOException.class);

                SimJournalFiles next = files.afterFailedForce();
                StoreProbe.install(next::stored);
                JournalledShard again = JournalledShard.reopen(next, shard.region);
                change(again, next);
                again.keeper.doWork(); // makes the file that the new epoch begins with
                again.writer.doWork();
                again.keeper.doWork();
                StoreProbe.remove();
                long acknowledged = again.engine.live().reached(Level.SYNCED);
                assertThat(acknowledged).isEqualTo(again.engine.sequence());

                SegmentJournal found = SegmentJournal.open(next.afterPowerLoss(random), JournalledShard.FILE_LENGTH);
                assertThat(found.sequence()).as("round %d", round).isGreaterThanOrEqualTo(acknowledged);
            }
        }
    }
}
