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
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a snapshot and the journal behind it say is what the region was. */
class SnapshotTest {
    private static final long SEED = 2914;
    private static final int HEADER_END = 140;
    private static final int HEADER_PAGE = 4096;

    private final long seed = Seed.of(SEED);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 20), SEED, 2);
    private final SimJournalFiles files = new SimJournalFiles();
    private final SimSnapshotFiles snapshots = new SimSnapshotFiles();
    private final List<String> log = new ArrayList<>();
    private long pulse;
    /** What the region was, by the sequence of the last change. */
    private final RegionDigests digests = new RegionDigests();

    @AfterEach
    void close() {
        scratch.close();
    }

    private SnapshotWriter writer(JournalledShard shard, SimSnapshotFiles into) {
        return new SnapshotWriter(
                shard.journal, into, shard.region, () -> pulse++, () -> 0, 0, Retention.NONE, log::add);
    }

    /** Changes, with the journal and a snapshot going on between any two of them. */
    private void change(JournalledShard shard, SnapshotWriter snapshot, int changes) {
        for (int i = 0; i < changes; i++) {
            shard.change(random);
            digests.note(shard);
            if (random.nextInt(4) == 0) {
                shard.writer.doWork();
            }
            if (random.nextInt(16) == 0) {
                shard.keeper.doWork();
            }
            if (random.nextInt(8) == 0) {
                snapshot.doWork();
            }
        }
    }

    private void changeAlone(JournalledShard shard) {
        long before = shard.engine.sequence();
        while (shard.engine.sequence() == before) {
            shard.change(random);
        }
    }

    private static void follow(JournalledShard shard) {
        while (shard.writer.doWork() + shard.keeper.doWork() > 0) {
            assert shard.writer.stalls() >= 0 : "follows";
        }
    }

    private void takeOne(JournalledShard shard, SnapshotWriter snapshot) {
        long before = snapshot.taken();
        while (snapshot.taken() == before) {
            follow(shard);
            snapshot.doWork();
        }
    }

    /** Snapshots are taken all the while, and power goes at any moment, again and again; the region is lost each time. */
    @Test
    void shouldLoseNothingThatWasForcedWhenThePowerGoesWhateverIsTakenMeanwhile() throws IOException {
        long required = Proof.required(200, 10_000);
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        SimJournalFiles journalled = files;
        SimSnapshotFiles taken = snapshots;
        SnapshotWriter snapshot = writer(shard, taken);
        long fromSnapshots = 0;
        for (long done = 0; done < required; done++) {
            change(shard, snapshot, 1 + random.nextInt(400));
            long forced = shard.engine.live().reached(Level.SYNCED);
            journalled = journalled.afterPowerLoss(random);
            taken = taken.afterPowerLoss(random);
            SegmentJournal journal = SegmentJournal.open(journalled, JournalledShard.FILE_LENGTH);
            assertThat(journal.sequence()).isGreaterThanOrEqualTo(forced);
            MemorySegment region;
            if (taken.names().isEmpty()) {
                region = JournalledShard.restored(journal);
            } else {
                fromSnapshots++;
                String name = taken.names().get(random.nextInt(taken.names().size())); // either is enough
                try (Snapshot one = Snapshot.open(taken, name)) {
                    one.verify(bytes -> {});
                    assertThat(one.endPosition()).isLessThanOrEqualTo(journal.endPosition());
                    assertThat(one.basePosition()).isGreaterThanOrEqualTo(journal.firstPosition());
                    region = JournalledShard.restored(one, journal);
                }
            }
            if (journal.sequence() != 0) {
                assertThat(digests.isRight(journal.sequence(), JournalledShard.digest(region)))
                        .as("seed=" + seed + " loss=" + done + " sequence=" + journal.sequence())
                        .isTrue();
            }
            shard = JournalledShard.reopen(journalled, region);
            follow(shard);
            snapshot = writer(shard, taken);
        }
        assertThat(fromSnapshots).isGreaterThan(required / 2);
        Proof.note("snapshot-power-losses", required, required, seed);
    }

    @Test
    void shouldGiveUpJournalFilesThatTwoSnapshotsHaveAndStillMakeTheRegion() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        SnapshotWriter snapshot = writer(shard, snapshots);
        for (int i = 0; i < 4; i++) {
            long until = shard.engine.log().position() + JournalledShard.FILE_LENGTH;
            while (shard.engine.log().position() < until) {
                for (int change = 0; change < 100; change++) {
                    shard.change(random);
                }
                follow(shard);
            }
            takeOne(shard, snapshot);
            follow(shard);
        }
        assertThat(snapshots.names()).hasSize(2);
        assertThat(files.names()).as("of five and more").hasSizeLessThan(4);
        shard.change(random);
        follow(shard);
        SegmentJournal journal = SegmentJournal.open(files.afterKill(), JournalledShard.FILE_LENGTH);
        assertThat(journal.firstPosition()).isPositive();
        for (String name : snapshots.names()) {
            try (Snapshot one = Snapshot.open(snapshots, name)) {
                assertThat(JournalledShard.digest(JournalledShard.restored(one, journal)))
                        .isEqualTo(JournalledShard.digest(shard.region));
            }
        }
    }

    /** One that stays and is followed by one that goes would be a gap. */
    @Test
    void shouldTryAgainAndLeaveNoGapWhenAFileCannotBeRemoved() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        while (files.names().size() < 4) {
            for (int i = 0; i < 100; i++) {
                shard.change(random);
            }
            follow(shard);
        }
        files.failsDeletes(true);
        shard.journal.covered(shard.journal.forcedPosition());
        follow(shard);
        assertThat(shard.keeper.notDropped()).isEqualTo(1);
        assertThat(files.names()).hasSize(4);
        SegmentJournal.open(files.afterKill(), JournalledShard.FILE_LENGTH);
        files.failsDeletes(false);
        for (int i = 0; i <= JournalKeeper.TURNS_WITHOUT_ROOM + 4; i++) {
            shard.keeper.doWork();
        }
        assertThat(files.names()).hasSizeLessThan(4);
        assertThat(SegmentJournal.open(files.afterKill(), JournalledShard.FILE_LENGTH)
                        .firstPosition())
                .isPositive();
    }

    @Test
    void shouldPublishNothingBeforeTheJournalIsForcedPastItsEnd() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        SnapshotWriter snapshot = writer(shard, snapshots);
        for (int i = 0; i < 50; i++) {
            shard.change(random);
        }
        for (int i = 0; i < 100; i++) {
            snapshot.doWork();
        }
        shard.writer.doWork();
        for (int i = 0; i < 100; i++) {
            snapshot.doWork();
        }
        assertThat(snapshots.names()).as("journaled is not forced").isEmpty();
        shard.keeper.doWork();
        snapshot.doWork();
        assertThat(snapshots.names()).hasSize(1);
    }

    /** A slot may have been copied of a change whose record is not published: the shard must have come out of it. */
    @Test
    void shouldTakeItsEndOnlyWhenTheShardIsBetweenTwoChanges() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        long[] moved = new long[1];
        SnapshotWriter snapshot = new SnapshotWriter(
                shard.journal, snapshots, shard.region, () -> moved[0], () -> 0, 0, Retention.NONE, log::add);
        change(shard, snapshot, 50);
        follow(shard);
        for (int i = 0; i < 1_000; i++) {
            snapshot.doWork();
        }
        assertThat(snapshots.names()).as("the shard stands inside a change").isEmpty();
        changeAlone(shard);
        moved[0]++;
        snapshot.doWork();
        snapshot.doWork();
        assertThat(snapshots.names())
                .as("the journal is not forced past the new end")
                .isEmpty();
        follow(shard);
        snapshot.doWork();
        assertThat(snapshots.names()).hasSize(1);
    }

    /** As far back as is asked for and fits, and each that is kept can be gone on from. */
    @Test
    void shouldKeepOlderSnapshotsAndTheirJournalForATimeAndUpToASize() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        long keepNs = 100_000;
        takeMany(shard, new Retention(keepNs, Long.MAX_VALUE), 12);
        List<Long> times = times();
        assertThat(times).hasSizeBetween(3, 11);
        long newest = times.getLast();
        assertThat(newest - times.getFirst()).as("goes as far back").isGreaterThanOrEqualTo(keepNs);
        assertThat(newest - times.get(1)).as("and no further than it must").isLessThan(keepNs);
        for (String name : snapshots.names()) {
            try (Snapshot one = Snapshot.open(snapshots, name)) {
                assertThat(JournalledShard.digest(JournalledShard.restored(one, shard.journal)))
                        .isEqualTo(JournalledShard.digest(shard.region));
            }
        }
        long length = snapshots.bytes(snapshots.names().getLast()).length;
        takeMany(shard, new Retention(keepNs, 4 * length), 2);
        assertThat(snapshots.names()).hasSize(3);
        takeMany(shard, Retention.NONE, 1);
        assertThat(snapshots.names()).hasSize(2);
    }

    private SnapshotWriter writer(JournalledShard shard, Retention retention) {
        return new SnapshotWriter(
                shard.journal, snapshots, shard.region, () -> pulse++, () -> 0, 0, retention, log::add);
    }

    /** Some 20,000 ns of the shard's time between two, each by a process of its own: none is an increment. */
    private void takeMany(JournalledShard shard, Retention retention, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            for (int changes = 0; changes < 40; changes++) {
                shard.change(random);
            }
            changeAlone(shard);
            takeOne(shard, writer(shard, retention));
        }
        follow(shard);
    }

    private List<Long> times() throws IOException {
        List<Long> times = new ArrayList<>();
        for (String name : snapshots.names()) {
            try (Snapshot one = Snapshot.open(snapshots, name)) {
                times.add(one.timeNs());
            }
        }
        return times;
    }

    @Test
    void shouldFindEveryBitThatIsNotAsItWasPublished() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        SnapshotWriter snapshot = writer(shard, snapshots);
        change(shard, snapshot, 500);
        takeOne(shard, snapshot);
        String name = snapshots.names().getLast();
        byte[] bytes = snapshots.bytes(name);
        int required = (int) Proof.required(64 << 10, 1 << 20);
        long flipped = 0;
        for (int at = 0;
                at < bytes.length;
                at += isTurnedWhole(at, required, bytes.length) ? 1 : 1 + random.nextInt(9_000)) {
            if (at >= HEADER_END && at < HEADER_PAGE) {
                continue;
            }
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                bytes[at] ^= (byte) (1 << bit);
                assertThat(isDamaged(name)).as("byte " + at + " bit " + bit).isTrue();
                bytes[at] ^= (byte) (1 << bit);
                flipped++;
            }
        }
        assertThat(isDamaged(name)).isFalse();
        for (int at = HEADER_END; at < HEADER_PAGE; at += 1 + random.nextInt(32)) { // nobody reads it
            byte mask = (byte) (1 << random.nextInt(Byte.SIZE));
            bytes[at] ^= mask;
            assertThat(isDamaged(name)).as("padding at " + at).isFalse();
            bytes[at] ^= mask;
        }
        Proof.note("snapshot-bits", 8L * required, flipped, Seed.of(SEED));
    }

    /** Headers, the first part of the body, and the end of the blocks' CRCs. */
    private static boolean isTurnedWhole(int at, int required, int length) {
        return at < 8192 + required || at > length - 200;
    }

    private boolean isDamaged(String name) throws IOException {
        try (Snapshot one = Snapshot.open(snapshots, name)) {
            one.verify(read -> {});
            return false;
        } catch (SnapshotDamagedException e) {
            return true;
        }
    }

    @Test
    void shouldGiveASnapshotUpAndGoOnWhenThereIsNoRoomOrAForceFails() throws IOException {
        JournalledShard shard = JournalledShard.create(files, scratch.segment());
        SnapshotWriter snapshot = writer(shard, snapshots);
        change(shard, snapshot, 50);
        takeOne(shard, snapshot);
        changeAlone(shard);
        snapshots.hasNoRoom(true);
        long before = snapshot.failed();
        for (int i = 0; i < 100 && snapshot.failed() == before; i++) {
            snapshot.doWork();
        }
        assertThat(snapshot.failed()).isGreaterThan(before);
        assertThat(log).anyMatch(line -> line.contains("given up: not enough space"));
        snapshots.hasNoRoom(false);
        snapshots.failsForces(true);
        before = snapshot.failed();
        for (int i = 0; i < 1_000 && snapshot.failed() == before; i++) {
            follow(shard);
            snapshot.doWork();
        }
        assertThat(log).anyMatch(line -> line.contains("given up: force failed"));
        snapshots.failsForces(false);
        takeOne(shard, snapshot);
        assertThat(snapshots.names()).isNotEmpty();
    }
}
