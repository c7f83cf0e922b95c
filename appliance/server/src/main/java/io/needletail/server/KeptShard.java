package io.needletail.server;

import io.needletail.journal.JournalCheck;
import io.needletail.journal.snapshot.KeptSnapshots;
import io.needletail.journal.snapshot.Snapshot;
import io.needletail.journal.snapshot.SnapshotDamagedException;
import io.needletail.registry.view.RegionHeader;
import io.needletail.server.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What is kept of a shard beside its region, read whole and checked; also while the appliance runs.
 *
 * @param shard its number
 * @param snapshots oldest first
 * @param remake what a lost region could be made from, or why it could not
 */
public record KeptShard(int shard, JournalCheck journal, List<KeptSnapshot> snapshots, Remake remake) {
    /**
     * One of its snapshots.
     *
     * @param sequence no entry in it is later
     * @param region that it was taken of, or null when that is not known
     * @param fault what is wrong with it, or null
     */
    public record KeptSnapshot(
            String name,
            long lengthBytes,
            long basePosition,
            long endPosition,
            long sequence,
            RegionHeader region,
            String fault) {}

    /**
     * Whether and how a lost region can be made again.
     *
     * @param upToSequence of the last change that would be in it
     */
    public record Remake(boolean isPossible, String words, long upToSequence) {}

    /** Of looks at a shard whose appliance runs. */
    private static final int TRIES = 3;

    /** Looks at all shards of an appliance's folder, or of a backup. */
    public static List<KeptShard> of(Path dir, LongConsumer progress) throws IOException {
        List<KeptShard> shards = new ArrayList<>();
        for (int shard = 0; shard < count(dir); shard++) {
            KeptShard kept = of(dir, shard, progress);
            for (int tries = 1; tries < TRIES && kept.mayBeGapOfAMoment(); tries++) {
                kept = of(dir, shard, progress); // snapshots may have been given up for newer ones meanwhile
            }
            shards.add(kept);
        }
        return shards;
    }

    /** How many shards are kept, or should be: none when nothing is there of any. */
    public static int count(Path dir) throws IOException {
        int shards = 0;
        while (isThere(dir, shards)) {
            shards++;
        }
        boolean isAny =
                shards > 0 || Files.isDirectory(dir.resolve("journal")) || Files.isDirectory(dir.resolve("snapshots"));
        return isAny ? Math.max(shards, configured(dir)) : 0;
    }

    private static boolean isThere(Path dir, int shard) {
        return Files.isDirectory(journalOf(dir, shard)) || Files.isDirectory(snapshotsOf(dir, shard));
    }

    private static int configured(Path dir) throws IOException {
        return Configuration.of(ApplianceFolder.storedConfiguration(dir), null, List.of())
                .shards();
    }

    /** Where a shard's journal is. */
    public static Path journalOf(Path dir, int shard) {
        return dir.resolve("journal").resolve("shard-" + shard);
    }

    static Path snapshotsOf(Path dir, int shard) {
        return dir.resolve("snapshots").resolve("shard-" + shard);
    }

    /** Snapshots first: one that is published later needs a journal that is longer. */
    private static KeptShard of(Path dir, int shard, LongConsumer progress) throws IOException {
        List<KeptSnapshot> snapshots = snapshots(dir, shard, progress);
        JournalCheck journal = JournalCheck.of(journalOf(dir, shard), progress);
        return new KeptShard(shard, journal, snapshots, remake(journal, snapshots));
    }

    private static List<KeptSnapshot> snapshots(Path dir, int shard, LongConsumer progress) throws IOException {
        KeptSnapshots files = new KeptSnapshots(snapshotsOf(dir, shard));
        List<KeptSnapshot> snapshots = new ArrayList<>();
        for (String name : files.names()) {
            try {
                KeptSnapshot snapshot = look(files, name, progress);
                if (snapshot.fault() == null || files.names().contains(name)) {
                    snapshots.add(snapshot);
                }
            } catch (NoSuchFileException e) {
                continue; // given up for a newer one
            }
        }
        return snapshots;
    }

    private static KeptSnapshot look(KeptSnapshots files, String name, LongConsumer progress) throws IOException {
        try (Snapshot snapshot = Snapshot.open(files, name)) {
            String fault = null;
            try {
                snapshot.verify(progress);
            } catch (SnapshotDamagedException e) {
                fault = e.getMessage();
            }
            return new KeptSnapshot(
                    name,
                    snapshot.lengthBytes(),
                    snapshot.basePosition(),
                    snapshot.endPosition(),
                    snapshot.sequence(),
                    RegionHeader.ofPage(snapshot.regionHeader()),
                    fault);
        } catch (SnapshotDamagedException e) {
            return new KeptSnapshot(name, 0, 0, 0, 0, null, e.getMessage());
        }
    }

    private static Remake remake(JournalCheck journal, List<KeptSnapshot> snapshots) {
        if (journal.fault() != null) {
            return new Remake(false, "the journal is not whole", 0);
        }
        if (journal.files() == 0) {
            return new Remake(false, "there is no journal", 0);
        }
        for (KeptSnapshot snapshot : snapshots.reversed()) {
            if (snapshot.fault() == null) {
                return fromSnapshot(journal, snapshot);
            }
        }
        return journal.firstPosition() == 0
                ? new Remake(true, "from the journal", journal.lastSequence())
                : new Remake(false, "there is no whole snapshot, and the journal begins later", 0);
    }

    private static Remake fromSnapshot(JournalCheck journal, KeptSnapshot snapshot) {
        if (!snapshot.region().isSame(journal.region())) {
            return new Remake(false, "snapshot " + snapshot.name() + " is of another region than the journal", 0);
        }
        if (snapshot.basePosition() < journal.firstPosition()) {
            return new Remake(false, "files are missing between snapshot " + snapshot.name() + " and the journal", 0);
        }
        if (snapshot.endPosition() > journal.endPosition()) {
            return new Remake(
                    false, "the last files of the journal are missing, which " + snapshot.name() + " needs", 0);
        }
        boolean hasChanges = journal.lastSequence() != 0; // else nothing is later than what the snapshot may have
        long upTo = hasChanges ? journal.lastSequence() : snapshot.sequence();
        return new Remake(true, "from snapshot " + snapshot.name() + " and the journal", upTo);
    }

    /** Nothing is damaged, and yet it does not fit together: one was looked at before it was given up, the other after. */
    private boolean mayBeGapOfAMoment() {
        return !remake.isPossible()
                && journal.fault() == null
                && snapshots.stream().allMatch(snapshot -> snapshot.fault() == null);
    }

    /** Whether nothing is damaged, and a region that is lost could be made again. */
    public boolean isWhole() {
        return remake.isPossible() && snapshots.stream().allMatch(snapshot -> snapshot.fault() == null);
    }
}
