package io.needletail.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.registry.StoreProbe;
import io.needletail.registry.view.Level;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
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
        StoreProbe.install((address, lengthBytes) -> files.stored(address));
        shard.writer.doWork();
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
                StoreProbe.install((address, lengthBytes) -> next.stored(address));
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
