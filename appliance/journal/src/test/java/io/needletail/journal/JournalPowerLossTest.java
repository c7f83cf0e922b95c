package io.needletail.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.Level;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * Takes the power at every append, force, new name and delete of a journal: of each sector that was written since it was forced either
 * bytes are there. What was forced is there, and what is there is what the log was; also when the power goes again while the
 * journal clears what was torn.
 */
class JournalPowerLossTest {
    private static final long SEED = 3001;
    private static final int CHANGES = 250;
    /** Making the region anew from it takes a hundred times as long as comparing its bytes. */
    private static final int RESTORED = 64;

    private final long seed = Seed.of(SEED);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Set<Long> states = new HashSet<>();
    private final RegionDigests digests = new RegionDigests();
    private SimJournalFiles files;
    private JournalledShard shard;
    private long points;
    private long operations;
    private long torn;
    private long restored;
    private long lostAgain;

    @Test
    void shouldHaveWhatWasForcedWhereverThePowerGoes() throws IOException {
        long required = Proof.required(10_000, 1_000_000);
        while (states.size() < required) {
            run();
        }
        Proof.crashPoints("journal-power-loss", points, operations);
        System.out.printf(
                "journal: %d distinct images, %d torn, %d taken again inside recovery, %d made into regions%n",
                states.size(), torn, lostAgain, restored);
        assertThat(torn).isPositive();
        assertThat(restored).isPositive();
        assertThat(lostAgain).isPositive();
        Proof.note("journal-power-loss-states", required, states.size(), seed);
    }

    private void run() throws IOException {
        digests.clear();
        files = new SimJournalFiles();
        try (ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 17), seed, 2)) {
            shard = JournalledShard.create(files, scratch.segment());
            files.atEvent(this::powerGoes);
            skipToTheEndOfAFile();
            for (int i = 0; i < CHANGES; i++) {
                shard.change(random);
                operations++;
                digests.note(shard);
                if (random.nextInt(3) != 0) {
                    shard.writer.doWork();
                    powerGoes();
                }
                if (random.nextInt(5) == 0) {
                    shard.keeper.doWork();
                }
            }
        }
    }

    /** So that files are made, forced together and followed; one run in four, because all behind is walked each time. */
    private void skipToTheEndOfAFile() {
        if (random.nextInt(4) != 0) {
            return;
        }
        files.atEvent(() -> {});
        while (shard.engine.log().position() < JournalledShard.FILE_LENGTH - (16 << 10)) {
            shard.change(random);
            shard.writer.doWork();
        }
        shard.keeper.doWork();
        digests.note(shard);
        files.atEvent(this::powerGoes);
    }

    private void powerGoes() {
        points++;
        files.atEvent(() -> {});
        try {
            SimJournalFiles image = files.afterPowerLoss(random);
            if (states.add(digest(image))) {
                look(image);
            }
        } catch (IOException e) {
            throw new AssertionError("seed=" + seed + " point=" + points, e);
        } finally {
            files.atEvent(this::powerGoes);
        }
    }

    private void look(SimJournalFiles image) throws IOException {
        long forced = shard.engine.live().reached(Level.SYNCED);
        List<Long> again = new ArrayList<>();
        if (random.nextInt(4) == 0) {
            image.atEvent(() -> again.add(sequenceAfterAnotherLoss(image)));
        }
        SegmentJournal journal = SegmentJournal.open(image, JournalledShard.FILE_LENGTH);
        image.atEvent(() -> {});
        assertThat(again).as("seed=%d point=%d", seed, points).allMatch(sequence -> sequence == journal.sequence());
        lostAgain += again.size();
        torn += journal.tornBytes() > 0 ? 1 : 0;
        assertThat(journal.sequence()).as("seed=%d point=%d", seed, points).isGreaterThanOrEqualTo(forced);
        assertThatItIsTheLog(image, journal);
        if (journal.sequence() > 0) {
            assertThat(digests.isKnown(journal.sequence()))
                    .as("seed=%d point=%d: it ends within a group", seed, points)
                    .isTrue();
        }
        if (journal.sequence() > 0 && random.nextInt(RESTORED) == 0) {
            restored++;
            long digest = JournalledShard.digest(JournalledShard.restored(journal));
            assertThat(digests.isRight(journal.sequence(), digest))
                    .as("seed=%d point=%d", seed, points)
                    .isTrue();
        }
    }

    /** The power goes while what was torn is cleared. */
    private long sequenceAfterAnotherLoss(SimJournalFiles image) {
        try {
            return SegmentJournal.open(image.afterPowerLoss(random), JournalledShard.FILE_LENGTH)
                    .sequence();
        } catch (IOException e) {
            throw new AssertionError("seed=" + seed + " point=" + points, e);
        }
    }

    /** Byte for byte what was appended, as far as it goes. */
    private void assertThatItIsTheLog(SimJournalFiles image, SegmentJournal journal) {
        for (String name : image.names()) {
            long first = firstPosition(name);
            long length = Math.clamp(journal.endPosition() - first, 0, JournalledShard.FILE_LENGTH);
            MemorySegment found = image.bytes(name).asSlice(JournalLayout.LOG_OFFSET, length);
            MemorySegment appended = files.bytes(name).asSlice(JournalLayout.LOG_OFFSET, length);
            assertThat(found.mismatch(appended))
                    .as("seed=%d point=%d file=%s", seed, points, name)
                    .isEqualTo(-1);
        }
    }

    private static long firstPosition(String name) {
        return Long.parseLong(name.substring(0, 16), 16);
    }

    /** Of names and all bytes up to where anything was written. */
    private long digest(SimJournalFiles image) {
        CRC32C crc = new CRC32C();
        long digest = image.names().size();
        for (String name : image.names()) {
            long first = firstPosition(name);
            long length = Math.clamp(shard.writer.position() - first, 0, JournalledShard.FILE_LENGTH);
            crc.update(image.bytes(name)
                    .asSlice(0, JournalLayout.LOG_OFFSET + length)
                    .asByteBuffer());
            digest = digest * 0x9E37_79B9_7F4A_7C15L + crc.getValue();
        }
        return digest;
    }
}
