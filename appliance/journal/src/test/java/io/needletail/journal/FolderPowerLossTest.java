package io.needletail.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.journal.snapshot.Retention;
import io.needletail.journal.snapshot.Snapshot;
import io.needletail.journal.snapshot.SnapshotDamagedException;
import io.needletail.journal.snapshot.SnapshotFolder;
import io.needletail.journal.snapshot.SnapshotWriter;
import io.needletail.memory.testing.DiskShadow;
import io.needletail.registry.view.Level;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Takes the power at every force of real journals and snapshots in real folders, where the simulated files of the other tests have no
 * say: a file or a folder that is not forced in time is missed here.
 */
class FolderPowerLossTest {
    private static final long SEED = 3013;
    private static final int CHANGES_A_TURN = 500;
    private static final int MOST_TURNS = 1_000;
    /** Turns before a bug, so that it is not the first file that is missed; what is above the folders is forced once only. */
    private static final int SOUND_TURNS = 3;

    /** A force that is not made. */
    enum Missing {
        NONE,
        OF_FILES,
        OF_THE_FOLDER_ABOVE,
        OF_THE_JOURNAL_FOLDER,
        OF_THE_SNAPSHOT_FOLDER
    }

    @TempDir
    private Path folder;

    private final long seed = Seed.of(SEED);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final RegionDigests digests = new RegionDigests();
    private Path image;
    private JournalledShard shard;
    private DiskShadow disk;
    private String violation;
    /** The newest snapshot that was published, or null. */
    private String taken;

    private long pulse;
    private long images;
    private long snapshotsSeen;

    @Test
    void shouldFindWhatWasForcedInRealFoldersWhereverThePowerGoes() throws IOException {
        long required = Proof.required(100, 5_000);
        play(Missing.NONE, required);
        System.out.printf("folders: %d images, %d snapshots made into regions%n", images, snapshotsSeen);
        assertThat(violation).as("seed=%d", seed).isNull();
        assertThat(snapshotsSeen).isPositive();
        Proof.note("folder-power-loss-images", required, images, seed);
    }

    @ParameterizedTest
    @EnumSource(
            value = Missing.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE"})
    void shouldMissAForceThatIsNotMade(Missing missing) throws IOException {
        play(missing, Long.MAX_VALUE);
        Proof.caught("NO_FORCE_" + missing, "folder-power-loss-images", images, violation);
    }

    private void play(Missing missing, long most) throws IOException {
        image = Files.createDirectory(folder.resolve("image"));
        Path root = Files.createDirectory(folder.resolve("root"));
        try (DiskShadow shadow = new DiskShadow(root);
                ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 17), seed, 2)) {
            disk = shadow;
            plant(missing == Missing.OF_THE_FOLDER_ABOVE ? missing : Missing.NONE);
            JournalFolder journalFolder = new JournalFolder(journalOf(root));
            SnapshotFolder snapshots = new SnapshotFolder(snapshotsOf(root), 0);
            shard = JournalledShard.create(journalFolder, scratch.segment());
            disk.atEvent(this::powerGoes);
            SnapshotWriter writer = new SnapshotWriter(
                    shard.journal, snapshots, shard.region, () -> pulse++, () -> 0, 0, Retention.NONE, this::noteTaken);
            for (int turn = 0; turn < MOST_TURNS && images < most && violation == null; turn++) {
                plant(turn < SOUND_TURNS ? Missing.NONE : missing);
                skip(turn);
                turn(writer);
            }
            disk.atEvent(() -> {});
            shard.journal.close();
        }
    }

    private void noteTaken(String line) {
        if (line.contains("of position ")) {
            String position = line.replaceAll(".*of position (\\d+):.*", "$1");
            taken = String.format("%016x.snapshot", Long.parseLong(position));
        }
    }

    private void plant(Missing missing) {
        switch (missing) {
            case NONE -> {}
            case OF_FILES -> disk.forgetFiles();
            case OF_THE_FOLDER_ABOVE -> disk.forgetFolder("cache");
            case OF_THE_JOURNAL_FOLDER -> disk.forgetFolder("journal");
            case OF_THE_SNAPSHOT_FOLDER -> disk.forgetFolder("snapshots");
        }
    }

    private static Path journalOf(Path root) throws IOException {
        Files.createDirectories(root.resolve("cache"));
        return root.resolve("cache/journal");
    }

    private static Path snapshotsOf(Path root) {
        return root.resolve("cache/snapshots");
    }

    /** To where the next file is made, and a little later to where it is begun. */
    private void skip(int turn) {
        long to = turn == SOUND_TURNS ? JournalledShard.FILE_LENGTH / 2 : JournalledShard.FILE_LENGTH;
        while ((turn == SOUND_TURNS || turn == 2 * SOUND_TURNS)
                && shard.engine.log().position() < to - (32 << 10)) {
            shard.change(random);
            shard.writer.doWork();
        }
    }

    private void turn(SnapshotWriter writer) {
        for (int i = 0; i < CHANGES_A_TURN; i++) {
            shard.change(random);
            digests.note(shard); // a force of two files has one behind it first, which ends anywhere
        }
        int appended;
        do {
            appended = shard.writer.doWork();
        } while (appended > 0);
        shard.keeper.doWork();
        for (int i = 0; i < 64; i++) {
            writer.doWork();
        }
    }

    private void powerGoes() {
        if (violation != null) {
            return;
        }
        images++;
        try {
            DiskShadow.clear(image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        disk.writeTo(image, DiskShadow.Names.values()[random.nextInt(3)]);
        try {
            violation = look(shard.engine.live().reached(Level.SYNCED));
        } catch (JournalDamagedException e) {
            violation = e.getMessage();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong with what a start finds, or null. */
    private String look(long acknowledged) throws IOException {
        JournalFolder found = new JournalFolder(journalOf(image));
        if (found.names().isEmpty()) {
            return "the journal is gone";
        }
        try (SegmentJournal journal = SegmentJournal.open(found, JournalledShard.FILE_LENGTH)) {
            if (journal.sequence() < acknowledged) {
                return "acknowledged " + acknowledged + ", there is " + journal.sequence();
            }
            return look(journal);
        }
    }

    private String look(SegmentJournal journal) throws IOException {
        SnapshotFolder snapshots = new SnapshotFolder(snapshotsOf(image), 0);
        if (taken != null && !snapshots.names().contains(taken)) {
            return taken + " was published and is gone";
        }
        String newest = snapshots.names().isEmpty() ? null : snapshots.names().getLast();
        for (String name : snapshots.names()) {
            if (!name.equals(newest) && random.nextInt(4) != 0) {
                continue;
            }
            try (Snapshot snapshot = Snapshot.open(snapshots, name)) {
                if (snapshot.basePosition() < journal.firstPosition()) {
                    continue; // an older one whose journal was given up
                }
                snapshotsSeen++;
                if (isAnother(journal, JournalledShard.digest(JournalledShard.restored(snapshot, journal)))) {
                    return name + " makes another region than at " + journal.sequence();
                }
            } catch (SnapshotDamagedException e) {
                return e.getMessage();
            }
        }
        boolean isWhole = journal.firstPosition() == 0 && (newest == null || random.nextInt(4) == 0);
        return isWhole && isAnother(journal, JournalledShard.digest(JournalledShard.restored(journal)))
                ? "another region than at " + journal.sequence()
                : null;
    }

    private boolean isAnother(SegmentJournal journal, long digest) {
        return journal.sequence() > 0 && !digests.isRight(journal.sequence(), digest);
    }
}
