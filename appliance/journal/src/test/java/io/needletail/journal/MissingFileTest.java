package io.needletail.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.memory.DataSync;
import io.needletail.memory.ForceFailedException;
import io.needletail.memory.ForceProbe;
import io.needletail.memory.testing.DiskShadow;
import io.needletail.registry.view.Level;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal of several files, of which the newest goes missing, or cannot be made. */
class MissingFileTest {
    private static final long SEED = 3021;

    @TempDir
    private Path folder;

    private final SplittableRandom random = new SplittableRandom(Seed.of(SEED));
    private ScratchRegion scratch;
    private JournalledShard shard;
    private boolean isOpen = true;

    @BeforeEach
    void begin() throws IOException {
        scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 17), SEED, 2);
        shard = JournalledShard.create(new JournalFolder(folder.resolve("cache/journal")), scratch.segment());
    }

    @AfterEach
    void end() throws IOException {
        ForceProbe.remove();
        if (isOpen) {
            shard.journal.close();
        }
        scratch.close();
    }

    private void close() throws IOException {
        shard.journal.close();
        isOpen = false;
    }

    private Path journal() {
        return folder.resolve("cache/journal");
    }

    private void changeUntil(long position) {
        while (shard.engine.log().position() < position) {
            shard.change(random);
            shard.writer.doWork();
        }
    }

    @Test
    void shouldSayThatTheNewestFileIsMissing() throws IOException {
        changeUntil(JournalledShard.FILE_LENGTH / 2 + (64 << 10));
        shard.keeper.doWork();
        shard.keeper.doWork();
        List<String> names = new JournalFolder(journal()).names();
        assertThat(names).hasSize(2);
        assertThat(JournalCheck.of(journal()).fault()).isNull();
        close();
        Path newest = journal().resolve(names.getLast());
        Path aside = Files.move(newest, folder.resolve("aside"));
        assertThat(JournalCheck.of(journal()).fault()).contains(names.getLast(), "is missing", "put it back");
        assertThatThrownBy(() -> SegmentJournal.open(new JournalFolder(journal()), JournalledShard.FILE_LENGTH))
                .isInstanceOf(JournalDamagedException.class)
                .hasMessageContaining(names.getLast());
        Files.move(aside, newest);
        SegmentJournal.open(new JournalFolder(journal()), JournalledShard.FILE_LENGTH)
                .close();
    }

    /** One that is cut off for a copy of an earlier time ends where it was cut. */
    @Test
    void shouldNotMissWhatWasCutOff() throws IOException {
        changeUntil(JournalledShard.FILE_LENGTH / 2 + (64 << 10));
        shard.keeper.doWork();
        shard.keeper.doWork();
        long last = shard.engine.sequence();
        close();
        JournalCut cut = JournalCut.find(journal(), last / 2, Long.MAX_VALUE);
        cut.apply(journal());
        assertThat(new JournalFolder(journal()).names()).hasSize(1);
        assertThat(JournalCheck.of(journal()).fault()).isNull();
    }

    @Test
    void shouldEndWithAForceThatFailsOfTheFolderOfANewFile() {
        changeUntil(JournalledShard.FILE_LENGTH / 2 + (64 << 10));
        ForceProbe.install(new ForceProbe.Hook() {
            @Override
            public void beforeForce(Path what) throws IOException {
                if (what.equals(journal())) {
                    throw new IOException("Input/output error");
                }
            }
        });
        assertThatThrownBy(shard.keeper::doWork)
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(ForceFailedException.class);
        assertThat(shard.keeper.withoutRoom()).isZero();
    }

    /** The other one goes on as if nothing had been, and then the power goes: what was acknowledged is there. */
    @Test
    void shouldForceANameThatAnotherProcessCouldNot() throws IOException {
        try (DiskShadow disk = new DiskShadow(folder)) {
            DataSync.ofFolder(folder);
            DataSync.ofFolder(folder.resolve("cache"));
            DataSync.ofFolder(journal());
            boolean[] fails = {true};
            ForceProbe.install(new ForceProbe.Hook() {
                @Override
                public void beforeForce(Path what) throws IOException {
                    if (fails[0] && what.equals(journal())) {
                        throw new IOException("Input/output error");
                    }
                }

                @Override
                public void afterForce(Path what) throws IOException {
                    disk.afterForce(what);
                }
            });
            changeUntil(JournalledShard.FILE_LENGTH / 2 + (64 << 10));
            assertThatThrownBy(shard.keeper::doWork).isInstanceOf(UncheckedIOException.class);
            close();
            fails[0] = false;
            JournalledShard again = JournalledShard.reopen(new JournalFolder(journal()), shard.region);
            for (int i = 0; i < 100; i++) {
                again.change(random);
                again.writer.doWork();
            }
            again.keeper.doWork();
            long acknowledged = again.engine.live().reached(Level.SYNCED);
            assertThat(acknowledged).isEqualTo(again.engine.sequence());
            again.journal.close();
            Path image = Files.createDirectory(folder.resolve("image"));
            disk.writeTo(image, DiskShadow.Names.FORCED);
            try (SegmentJournal found = SegmentJournal.open(
                    new JournalFolder(image.resolve("cache/journal")), JournalledShard.FILE_LENGTH)) {
                assertThat(found.sequence()).isGreaterThanOrEqualTo(acknowledged);
            }
        }
    }

    @Test
    void shouldTellTheOperatorOnceThatThereIsNoRoom() throws IOException {
        changeUntil(JournalledShard.FILE_LENGTH / 2 + (64 << 10));
        List<String> said = new ArrayList<>();
        shard.keeper.tells(said::add);
        Path inTheWay = journal().resolve("0000000000200000.journal.new"); // which cannot be made, nor removed
        Files.createDirectories(inTheWay.resolve("folder"));
        for (int turn = 0; turn < 3 * JournalKeeper.TURNS_WITHOUT_ROOM; turn++) {
            shard.keeper.doWork();
        }
        assertThat(shard.keeper.withoutRoom()).isGreaterThan(1);
        assertThat(said)
                .singleElement()
                .asString()
                .contains("BACK_PRESSURED", inTheWay.getFileName().toString());
        DiskShadow.clear(inTheWay);
        for (int turn = 0; turn < 2 * JournalKeeper.TURNS_WITHOUT_ROOM; turn++) {
            shard.keeper.doWork();
        }
        assertThat(new JournalFolder(journal()).names()).hasSize(2);
    }
}
