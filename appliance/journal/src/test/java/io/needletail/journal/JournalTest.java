package io.needletail.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.registry.Stores;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RingLayout;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the journal says is what the region was, whatever of both is left. */
class JournalTest {
    private static final long SEED = 2911;

    private final long seed = Seed.of(SEED);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 20), SEED, 2);
    private final SimJournalFiles files = new SimJournalFiles();
    /** What the region was, by the sequence of the last change. */
    private final RegionDigests digests = new RegionDigests();

    @AfterEach
    void close() {
        scratch.close();
    }

    /** So many changes, the journal following now and then. */
    private void change(JournalledShard shard, int changes) {
        for (int i = 0; i < changes; i++) {
            shard.change(random);
            digests.note(shard);
            if (random.nextInt(8) == 0) {
                shard.writer.doWork();
            }
            if (random.nextInt(64) == 0) {
                shard.keeper.doWork();
            }
        }
    }

    /** Until everything is appended and forced. */
    private static void follow(JournalledShard shard) {
        while (shard.writer.doWork() + shard.keeper.doWork() > 0) {
            assert shard.writer.stalls() >= 0 : "follows";
        }
        assertThat(shard.writer.position()).isEqualTo(shard.engine.log().position());
    }

    @Test
    void shouldRebuildTheRegionToTheLastByteOverManyFiles() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        while (shard.engine.log().position() < 3 * JournalledShard.FILE_LENGTH) {
            for (int i = 0; i < 1_000; i++) {
                shard.change(random);
            }
            follow(shard);
        }
        assertThat(files.names()).hasSizeGreaterThan(2);
        SegmentJournal journal = SegmentJournal.open(files.afterKill(), JournalledShard.FILE_LENGTH);
        assertThat(journal.sequence()).isEqualTo(shard.engine.sequence());
        assertThat(journal.tornBytes()).isZero();
        MemorySegment rebuilt = JournalledShard.restored(journal);
        assertThat(JournalledShard.digest(rebuilt)).isEqualTo(JournalledShard.digest(shard.region));
    }

    @Test
    void shouldSayHowFarEachLevelHasCome() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        change(shard, 200);
        follow(shard);
        long before = shard.engine.sequence();
        assertThat(shard.engine.live().reached(Level.SYNCED)).isEqualTo(before);
        while (shard.engine.sequence() == before) {
            shard.change(random);
        }
        assertThat(shard.engine.live().reached(Level.JOURNALED)).isEqualTo(before);
        shard.writer.doWork();
        assertThat(shard.engine.live().reached(Level.JOURNALED)).isEqualTo(shard.engine.sequence());
        assertThat(shard.engine.live().reached(Level.SYNCED)).isEqualTo(before);
        shard.keeper.doWork();
        assertThat(shard.engine.live().reached(Level.SYNCED)).isEqualTo(shard.engine.sequence());
    }

    /** What was read from the journal is in it, before anything is written again. */
    @Test
    void shouldSayWhatARegionMadeFromItHasReached() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        change(shard, 200);
        follow(shard);
        long last = shard.engine.sequence();
        SimJournalFiles left = files.afterKill();
        MemorySegment rebuilt =
                JournalledShard.restored(SegmentJournal.open(left.afterKill(), JournalledShard.FILE_LENGTH));
        JournalledShard again = JournalledShard.reopen(left, rebuilt);
        assertThat(again.engine.live().reached(Level.JOURNALED)).isEqualTo(last);
        assertThat(again.engine.live().reached(Level.SYNCED)).isZero();
        again.keeper.doWork();
        assertThat(again.engine.live().reached(Level.SYNCED)).isEqualTo(last);
    }

    /** Power goes at any moment, again and again; the region is lost each time. */
    @Test
    void shouldLoseNothingThatWasForcedWhenThePowerGoes() throws IOException {
        long required = Proof.required(200, 20_000);
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        SimJournalFiles present = files;
        long torn = 0;
        for (long done = 0; done < required; done++) {
            change(shard, 1 + random.nextInt(200));
            long forced = shard.engine.live().reached(Level.SYNCED);
            present = present.afterPowerLoss(random);
            SegmentJournal journal = SegmentJournal.open(present, JournalledShard.FILE_LENGTH);
            assertThat(journal.sequence()).isGreaterThanOrEqualTo(forced);
            torn += journal.tornBytes() > 0 ? 1 : 0;
            MemorySegment rebuilt = JournalledShard.restored(journal);
            if (journal.sequence() != 0) {
                assertThat(digests.isRight(journal.sequence(), JournalledShard.digest(rebuilt)))
                        .as("seed=" + seed + " loss=" + done + " sequence=" + journal.sequence())
                        .isTrue();
            }
            shard = JournalledShard.reopen(present, rebuilt);
            follow(shard);
        }
        assertThat(torn).as("tails that were torn").isPositive();
        Proof.note("journal-power-losses", required, required, seed);
    }

    /** The process is killed; region and files are as they were, the journal mostly behind. */
    @Test
    void shouldCatchUpFromTheRegionThatAKillLeft() throws IOException {
        long required = Proof.required(100, 10_000);
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        SimJournalFiles present = files;
        for (long done = 0; done < required; done++) {
            change(shard, 1 + random.nextInt(200));
            long last = shard.engine.sequence();
            long digest = JournalledShard.digest(shard.region);
            present = present.afterKill();
            MemorySegment left =
                    Arena.ofAuto().allocate(shard.region.byteSize(), 4096).copyFrom(shard.region);
            shard = JournalledShard.reopen(present, left);
            assertThat(shard.journal.sequence()).isEqualTo(last);
            assertThat(JournalledShard.digest(left)).isEqualTo(digest);
            MemorySegment rebuilt =
                    JournalledShard.restored(SegmentJournal.open(present.afterKill(), JournalledShard.FILE_LENGTH));
            assertThat(JournalledShard.digest(rebuilt)).isEqualTo(digest);
            change(shard, 10);
            follow(shard);
        }
        Proof.note("journal-kills", required, required, seed);
    }

    /** More than its files have room for, and none was made ahead. */
    @Test
    void shouldCatchUpOverSeveralFiles() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        change(shard, 100);
        follow(shard);
        long end = shard.engine.log().position();
        while (shard.engine.log().position() < end + (3L << 20)) {
            shard.change(random); // and nobody follows
        }
        SimJournalFiles left = files.afterKill();
        assertThat(left.names()).hasSize(1);
        MemorySegment region =
                Arena.ofAuto().allocate(shard.region.byteSize(), 4096).copyFrom(shard.region);
        JournalledShard again = JournalledShard.reopen(left, region);
        assertThat(left.names()).hasSizeGreaterThan(1);
        assertThat(again.journal.sequence()).isEqualTo(shard.engine.sequence());
        follow(again);
    }

    @Test
    void shouldRefuseARegionThatIsOlderThanItsJournal() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        change(shard, 100);
        MemorySegment older =
                Arena.ofAuto().allocate(shard.region.byteSize(), 4096).copyFrom(shard.region);
        long before = shard.engine.sequence();
        while (shard.engine.sequence() == before) {
            shard.change(random);
        }
        follow(shard);
        SimJournalFiles left = files.afterKill();
        assertThatThrownBy(() -> JournalledShard.reopen(left, older)).hasMessageContaining("of an earlier time");
    }

    @Test
    void shouldDetectEveryBitThatTurnsOverInWhatWasForced() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        long required = Proof.required(64 << 10, 1 << 20);
        while (shard.journal.position() < required) {
            change(shard, 40);
            follow(shard);
        }
        String name = files.names().getFirst();
        long length = shard.journal.position();
        long flips = 0;
        for (long offset = 0; offset < JournalLayout.LOG_OFFSET + length; offset++) {
            for (int bit = 0; bit < 8; bit++) {
                files.flip(name, offset, bit);
                assertThat(isNoticedOrIgnored(offset))
                        .as("offset=" + offset + " bit=" + bit)
                        .isTrue();
                files.flip(name, offset, bit);
                flips++;
            }
        }
        Proof.note("journal-bits", 8 * required, flips, seed);
    }

    private boolean isNoticedOrIgnored(long offset) throws IOException {
        try {
            SegmentJournal.open(files, JournalledShard.FILE_LENGTH);
            return isIgnored(offset);
        } catch (JournalDamagedException e) {
            return !isIgnored(offset);
        }
    }

    /** Nothing stands there, or one of two marks, of which the other says the same or less. */
    private static boolean isIgnored(long offset) {
        return offset >= JournalLayout.SEAL_OFFSET + 8 && offset < JournalLayout.REGION_HEADER_OFFSET;
    }

    @Test
    void shouldRefuseAJournalOfAnotherFormatAndSayHowItsEntriesAreTakenOver() throws IOException {
        JournalledShard.create(files, scratch.segment());
        long at = files.bytes(files.names().getFirst()).address();
        for (long format : new long[] {JournalLayout.FORMAT - 1, JournalLayout.FORMAT + 1}) {
            Stores.putLong(at + 8, format);
            Stores.putLong(at + JournalLayout.SEAL_OFFSET, JournalLayout.sealOf(at));
            assertThatThrownBy(() -> SegmentJournal.open(files, JournalledShard.FILE_LENGTH))
                    .isInstanceOf(JournalDamagedException.class)
                    .hasMessageContaining("it has format " + format + ", which is "
                            + (format < JournalLayout.FORMAT ? "older" : "newer"))
                    .hasMessageContaining("client load");
        }
    }

    @Test
    void shouldRefuseAJournalWithAFileMissing() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        while (files.names().size() < 3) {
            change(shard, 1_000);
            follow(shard);
        }
        SimJournalFiles first = files.afterKill();
        first.delete(first.names().getFirst());
        SegmentJournal late = SegmentJournal.open(first, JournalledShard.FILE_LENGTH);
        assertThat(late.firstPosition()).isEqualTo(JournalledShard.FILE_LENGTH);
        assertThatThrownBy(() -> JournalledShard.restored(late))
                .as("only a snapshot says what was before")
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("begins at");
        SimJournalFiles middle = files.afterKill();
        middle.delete(middle.names().get(1));
        assertThatThrownBy(() -> SegmentJournal.open(middle, JournalledShard.FILE_LENGTH))
                .isInstanceOf(JournalDamagedException.class)
                .hasMessageContaining("nothing between");
    }

    @Test
    void shouldRefuseChangesWithoutRoomAndGoOnWhenThereIsSome() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        files.hasNoRoom(true);
        long lastSequence = -1;
        while (shard.engine.sequence() != lastSequence) {
            lastSequence = shard.engine.sequence();
            for (int i = 0; i < 1_000; i++) {
                shard.change(random);
                shard.writer.doWork();
                shard.keeper.doWork();
            }
        }
        assertThat(shard.engine.log().stalledConsumer()).asString().isEqualTo("journal");
        assertThat(shard.keeper.withoutRoom()).isPositive();
        assertThat(shard.writer.position()).isEqualTo(JournalledShard.FILE_LENGTH);
        files.hasNoRoom(false);
        for (int i = 0; i <= JournalKeeper.TURNS_WITHOUT_ROOM; i++) {
            shard.keeper.doWork();
        }
        follow(shard);
        change(shard, 1_000);
        assertThat(shard.engine.sequence()).isGreaterThan(lastSequence);
    }

    /** Or the page that is written to goes to the medium again and again, and nobody has asked for that. */
    @Test
    void shouldForceAtOnceForWhoWaitsAndElseAfterAnInterval() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        long[] nowNs = {0};
        JournalKeeper keeper =
                new JournalKeeper(shard.journal, shard.engine.log(), shard.engine.live(), () -> nowNs[0], 10_000_000);
        keeper.doWork(); // what an earlier run left is forced at once, and here is nothing
        changeOnce(shard);
        for (nowNs[0] = 0; nowNs[0] < 10_000_000; nowNs[0] += 100_000) {
            keeper.doWork();
        }
        assertThat(keeper.forces()).isZero();
        keeper.doWork();
        assertThat(keeper.forces()).isEqualTo(1);
        changeOnce(shard);
        keeper.doWork();
        assertThat(keeper.forces()).isEqualTo(1);
        shard.engine.log().wants(shard.engine.lastRecorded());
        keeper.doWork();
        assertThat(keeper.forces()).isEqualTo(2);
        assertThat(shard.engine.live().reached(Level.SYNCED)).isEqualTo(shard.engine.lastRecorded());
        changeOnce(shard);
        keeper.doWork();
        assertThat(keeper.forces()).as("nobody waits any more").isEqualTo(2);
    }

    private void changeOnce(JournalledShard shard) {
        long before = shard.engine.sequence();
        while (shard.engine.sequence() == before) {
            shard.change(random);
        }
        shard.writer.doWork();
    }

    @Test
    void shouldStopWhenAForceFailsAndSayNothingReachedTheMedium() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        change(shard, 100);
        follow(shard);
        change(shard, 100);
        long before = shard.engine.sequence();
        while (shard.engine.sequence() == before) {
            shard.change(random);
        }
        shard.writer.doWork();
        long forced = shard.engine.live().reached(Level.SYNCED);
        assertThat(forced).isLessThan(shard.engine.sequence());
        files.failsForces(true);
        assertThatThrownBy(() -> shard.keeper.doWork()).hasMessageContaining("cannot be forced");
        files.failsForces(false);
        assertThatThrownBy(() -> shard.keeper.doWork()).as("for ever").hasMessageContaining("cannot be forced");
        assertThat(shard.engine.live().reached(Level.SYNCED)).isEqualTo(forced);
    }

    @Test
    void shouldStopAtARecordOfItsOwnThatIsDamaged() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        change(shard, 50);
        follow(shard);
        long position = shard.writer.position();
        long before = shard.engine.log().position();
        while (shard.engine.log().position() == before) {
            shard.change(random);
        }
        long ring = RegionHeader.of(shard.region).layout().ringOffset();
        long at = ring + position % (2 * (long) RingLayout.SEGMENT_LENGTH) + 17;
        shard.region.set(ValueLayout.JAVA_BYTE, at, (byte) (shard.region.get(ValueLayout.JAVA_BYTE, at) ^ 1));
        assertThatThrownBy(() -> shard.writer.doWork()).hasMessageContaining("damaged");
    }
}
