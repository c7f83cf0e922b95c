package io.needletail.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.journal.snapshot.Retention;
import io.needletail.journal.snapshot.Snapshot;
import io.needletail.journal.snapshot.SnapshotDamagedException;
import io.needletail.journal.snapshot.SnapshotWriter;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots that have what has changed since the one before. */
class IncrementTest {
    private static final long SEED = 3004;
    private static final int BLOCK = 64 << 10;
    private static final int BLOCKS = 17;

    private final SplittableRandom random = new SplittableRandom(Seed.of(SEED));
    private final ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 20), SEED, 2);
    private final SimJournalFiles files = new SimJournalFiles();
    private final SimSnapshotFiles snapshots = new SimSnapshotFiles();
    private final List<String> log = new ArrayList<>();
    private JournalledShard shard;
    private SnapshotWriter writer;
    private long pulse;

    @BeforeEach
    void begin() throws IOException {
        shard = JournalledShard.create(files, scratch.segment());
        writer = writer();
    }

    private SnapshotWriter writer() {
        return writer(Retention.NONE);
    }

    private SnapshotWriter writer(Retention retention) {
        return new SnapshotWriter(
                shard.journal, snapshots, shard.region, () -> pulse++, () -> 0, 0, retention, log::add);
    }

    @AfterEach
    void close() {
        scratch.close();
    }

    /** Behind so many changes. */
    private String take(int changes) throws IOException {
        long position = shard.engine.log().position();
        for (int i = 0; i < changes || shard.engine.log().position() == position; i++) {
            shard.change(random);
        }
        long before = writer.taken();
        while (writer.taken() == before) {
            while (shard.writer.doWork() + shard.keeper.doWork() > 0) {
                assert shard.writer.stalls() >= 0 : "follows";
            }
            writer.doWork();
        }
        return snapshots.names().getLast();
    }

    private long blocksIn(String name) {
        return (snapshots.bytes(name).length - 8192) / BLOCK;
    }

    private long restored(String name) throws IOException {
        try (Snapshot one = Snapshot.open(snapshots, name)) {
            return JournalledShard.digest(JournalledShard.restored(one, shard.journal));
        }
    }

    private boolean isDamaged(String name) throws IOException {
        try (Snapshot one = Snapshot.open(snapshots, name)) {
            one.verify(bytes -> {});
            return false;
        } catch (SnapshotDamagedException e) {
            return true;
        }
    }

    @Test
    void shouldHaveTheBlocksThatChangedAndMakeTheSameRegion() throws IOException {
        String whole = take(300);
        assertThat(blocksIn(whole)).isGreaterThanOrEqualTo(BLOCKS);
        for (int i = 0; i < 5; i++) {
            String increment = take(1);
            assertThat(blocksIn(increment)).as("one change").isBetween(1L, 3L);
            assertThat(restored(increment)).isEqualTo(JournalledShard.digest(shard.region));
        }
        assertThat(log).anyMatch(line -> line.startsWith("increment of position"));
    }

    @Test
    void shouldBeginAChainAnewBeforeItIsLongAndKeepTwo() throws IOException {
        for (int i = 0; i < 40; i++) {
            take(1);
        }
        List<String> names = snapshots.names();
        List<String> wholes =
                names.stream().filter(name -> blocksIn(name) >= BLOCKS).toList();
        assertThat(wholes).hasSize(2).first().isEqualTo(names.getFirst());
        assertThat(names).hasSizeBetween(9, 16);
        for (String name : names) {
            assertThat(restored(name)).as(name).isEqualTo(JournalledShard.digest(shard.region));
        }
    }

    /** An increment is young when the whole snapshot before it is old: what is kept for a time is asked of each. */
    @Test
    void shouldKeepTheJournalForEveryTimeThatIsToBeRestored() throws IOException {
        try (ScratchRegion large = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 23), SEED, 2)) {
            shard = JournalledShard.create(new SimJournalFiles(), large.segment());
            writer = writer(new Retention(Long.MAX_VALUE, Long.MAX_VALUE));
            for (int i = 0; i < 20; i++) {
                take(4_000);
            }
            assertThat(log).filteredOn(line -> line.startsWith("increment")).hasSizeGreaterThan(10);
            assertThat(shard.journal.endPosition()).isGreaterThan(2 * JournalledShard.FILE_LENGTH);
            assertThat(shard.journal.firstPosition()).as("every time").isZero();
            long keepNs = shard.journal.timeNs() / 10;
            writer = writer(new Retention(keepNs, Long.MAX_VALUE));
            take(4_000);
            take(4_000);
            assertThat(oldestThatCanBeRestored()).isLessThanOrEqualTo(shard.journal.timeNs() - keepNs);
            assertThat(shard.journal.firstPosition())
                    .as("what is older is given up")
                    .isPositive();
            writer = writer(new Retention(Long.MAX_VALUE, 1));
            take(4_000);
            assertThat(oldestThatCanBeRestored())
                    .as("no more than it may")
                    .isGreaterThan(shard.journal.timeNs() - keepNs);
        }
    }

    /** Of the snapshots whose journal is there. */
    private long oldestThatCanBeRestored() throws IOException {
        while (shard.keeper.doWork() > 0) {
            assert shard.writer.stalls() >= 0 : "drops what is covered";
        }
        for (String name : snapshots.names()) {
            try (Snapshot one = Snapshot.open(snapshots, name)) {
                if (one.basePosition() >= shard.journal.firstPosition()) {
                    return one.timeNs();
                }
            }
        }
        throw new AssertionError("none");
    }

    @Test
    void shouldBeginAnewAfterAStart() throws IOException {
        take(300);
        assertThat(blocksIn(take(1))).isLessThan(BLOCKS);
        writer = writer();
        assertThat(blocksIn(take(1))).isGreaterThanOrEqualTo(BLOCKS);
    }

    @Test
    void shouldBeginAnewBehindAnIncrementThatHasMost() throws IOException {
        try (ScratchRegion small = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 17), SEED, 2)) {
            shard = JournalledShard.create(new SimJournalFiles(), small.segment());
            writer = writer();
            long blocks = blocksIn(take(300));
            assertThat(blocksIn(take(2_000))).isBetween(blocks / 2 + 1, blocks);
            assertThat(log.getLast()).startsWith("increment");
            assertThat(blocksIn(take(1))).isEqualTo(blocks);
            assertThat(log.getLast()).startsWith("snapshot");
        }
    }

    /** Whatever becomes of the files of a chain, the one before it is enough. */
    @Test
    void shouldNotBeReadWithoutWhatItIsAnIncrementTo() throws IOException {
        String older = take(300);
        writer = writer();
        String whole = take(100);
        String increment = take(1);
        String second = take(1);
        snapshots.bytes(whole)[8192 + 77] ^= 1;
        assertThat(isDamaged(increment)).isTrue();
        assertThat(isDamaged(second)).isTrue();
        assertThat(isDamaged(older)).isFalse();
        assertThat(restored(older)).isEqualTo(JournalledShard.digest(shard.region));
        snapshots.bytes(whole)[8192 + 77] ^= 1;
        assertThat(isDamaged(second)).isFalse();
        snapshots.delete(increment);
        assertThatThrownBy(() -> Snapshot.open(snapshots, second))
                .isInstanceOf(SnapshotDamagedException.class)
                .hasMessageContaining("which is missing");
        assertThat(isDamaged(whole)).isFalse();
    }

    /** It is of no use, and must not push out the one that is. */
    @Test
    void shouldNotGiveUpAChainForOneThatIsDamaged() throws IOException {
        String older = take(300);
        writer = writer();
        String damaged = take(100);
        take(1);
        snapshots.bytes(damaged)[20] ^= 1;
        writer = writer();
        String newest = take(1);
        assertThat(snapshots.names()).contains(older, newest);
        assertThat(restored(older)).isEqualTo(JournalledShard.digest(shard.region));
        writer = writer();
        take(1);
        assertThat(snapshots.names()).as("two whole chains behind it").doesNotContain(older, damaged);
    }

    @Test
    void shouldBeginAnewWhenWhatItIsAnIncrementToCannotBeReadAnyMore() throws IOException {
        String whole = take(300);
        snapshots.bytes(whole)[20] ^= 1;
        assertThat(blocksIn(take(1))).isLessThan(BLOCKS);
        assertThat(log).anyMatch(line -> line.startsWith("DAMAGED SNAPSHOT"));
        String next = take(1);
        assertThat(blocksIn(next)).isGreaterThanOrEqualTo(BLOCKS);
        assertThat(isDamaged(next)).isFalse();
    }

    /** Where the block stands, or, when that one is as it was, where the table is that says otherwise. */
    @Test
    void shouldNameTheFileThatIsDamaged() throws IOException {
        String whole = take(300);
        String increment = take(1);
        byte[] blocks = snapshots.bytes(whole);
        blocks[8192 + 70_000] ^= 1;
        assertThat(faultOf(increment)).startsWith(whole + ": block ");
        blocks[8192 + 70_000] ^= 1;
        byte[] table = snapshots.bytes(increment);
        int crcOfTheSecondBlock = table.length - (int) (blocksOf(whole) - 1) * 8 + 4;
        table[crcOfTheSecondBlock] ^= 1;
        assertThat(faultOf(increment)).startsWith(increment + ": block 1 ");
    }

    private long blocksOf(String whole) {
        return (snapshots.bytes(whole).length - 8192) / (BLOCK + 8);
    }

    private String faultOf(String name) throws IOException {
        try (Snapshot one = Snapshot.open(snapshots, name)) {
            one.verify(bytes -> {});
            return "none";
        } catch (SnapshotDamagedException e) {
            return e.getMessage();
        }
    }

    @Test
    void shouldFindEveryBitOfAnIncrementThatIsNotAsItWas() throws IOException {
        take(300);
        String increment = take(1);
        byte[] bytes = snapshots.bytes(increment);
        long bits = 0;
        for (int at = 0;
                at < bytes.length;
                at += at < 140 || at >= bytes.length - 200 ? 1 : 1 + random.nextInt(2_000)) {
            if (at >= 140 && at < 4096) {
                continue; // padding of the header's page: zeros that nobody reads
            }
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                bytes[at] ^= (byte) (1 << bit);
                assertThat(isDamaged(increment))
                        .as("byte " + at + " bit " + bit)
                        .isTrue();
                bytes[at] ^= (byte) (1 << bit);
                bits++;
            }
        }
        assertThat(isDamaged(increment)).isFalse();
        Proof.note("increment-bits", 1_500, bits, SEED);
    }
}
