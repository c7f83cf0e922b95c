package io.needletail.server;

import io.needletail.client.SystemClock;
import io.needletail.engine.BeforeEpoch;
import io.needletail.engine.MutationLog;
import io.needletail.engine.ShardEngine;
import io.needletail.journal.JournalDamagedException;
import io.needletail.journal.JournalFiles;
import io.needletail.journal.JournalKeeper;
import io.needletail.journal.JournalWriter;
import io.needletail.journal.SegmentJournal;
import io.needletail.journal.snapshot.Retention;
import io.needletail.journal.snapshot.Snapshot;
import io.needletail.journal.snapshot.SnapshotDamagedException;
import io.needletail.journal.snapshot.SnapshotFiles;
import io.needletail.journal.snapshot.SnapshotWriter;
import io.needletail.pmem.PersistentPlace;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RegionSizing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.Agent;

/**
 * A shard's journal and snapshots: found or begun before the shard attaches to its region, filled with what a kill left in the ring,
 * then seen to by three agents: one appends, one forces, one takes snapshots.
 */
final class ShardJournal implements AutoCloseable {
    private static final String BACKUP = "start on a backup (start --dir BACKUP), or ";

    private final SegmentJournal journal;
    private final JournalWriter writer;
    private final JournalKeeper keeper;
    private final SnapshotWriter snapshots;
    private final RegionStore region;
    /** Turns before the shard takes its own. */
    private long earlyTurns;

    private ShardJournal(Place place, SegmentJournal journal, JournalWriter writer, RegionStore region) {
        this.journal = journal;
        this.writer = writer;
        this.region = region;
        ShardEngine engine = region.engine();
        keeper = new JournalKeeper(journal, engine.log(), engine.live(), SystemClock.INSTANCE, place.forceIntervalNs());
        keeper.tells(line -> place.log().accept("shard " + place.shard() + ": " + line));
        writer.wakes(keeper, engine.log());
        journal.knows(engine.lastRecorded());
        int consumer = engine.log().addConsumer(writer.roleName(), MutationLog.GATING);
        writer.follow(engine.log().consumerAddress(consumer));
        if (engine.writeBack() != null) {
            engine.writeBack().follow(journal::forcedPosition);
        }
        snapshots = new SnapshotWriter(
                journal,
                place.snapshots(),
                region.segment(),
                () -> engine.live().leaseUntilNs() + earlyTurns, // prolonged once a millisecond, between two cycles
                SystemClock.INSTANCE,
                place.snapshotIntervalNs(),
                place.retention(),
                line -> place.log().accept("shard " + place.shard() + ": " + line));
    }

    /** A journal that does not reach back to the beginning is worth nothing alone: nothing is promised before there is a snapshot. */
    private void takeFirstSnapshot(Place place) throws IOException {
        if (journal.firstPosition() == 0 || !place.snapshots().names().isEmpty()) {
            return;
        }
        snapshots.hurry();
        while (snapshots.taken() == 0) {
            earlyTurns++;
            snapshots.doWork();
            follow();
            keeper.doWork();
            journal.force();
            if (snapshots.failed() > 0) {
                throw new RegionStore.RegionRefusedException("shard " + place.shard()
                        + " was changed before it had a journal, and the snapshot that this begins with could not be taken; see the"
                        + " log, make room, or set journal=off (of a journal from before put the snapshots back)");
            }
        }
    }

    /**
     * Where a shard and what is kept of it are.
     *
     * @param fileBytes length of the log in one of the journal's files
     * @param forceIntervalNs from one force of the journal to the next, while nobody waits for one
     * @param snapshotIntervalNs from one snapshot to the next
     * @param retention of older snapshots and the journal behind them
     * @param persistent where the region is in persistent memory, or null
     * @param members who are asked before the shard's next epoch is opened, whatever else there is to do
     * @param log is told of what an operator should know
     * @param loud of what none may miss
     */
    record Place(
            Path regionFile,
            RegionSizing sizing,
            int shard,
            JournalFiles files,
            long fileBytes,
            long forceIntervalNs,
            SnapshotFiles snapshots,
            long snapshotIntervalNs,
            Retention retention,
            PersistentPlace persistent,
            UnaryOperator<BeforeEpoch> members,
            Consumer<String> log,
            Consumer<String> loud) {}

    /**
     * Opens a shard's region and its journal, or makes what is not there: a lost region from a snapshot and the journal, both when
     * there is neither.
     */
    static ShardJournal open(Place place) throws IOException {
        boolean isThere = Files.exists(place.regionFile());
        if (SegmentJournal.isIn(place.files())) {
            SegmentJournal journal = openFound(place);
            try {
                if (!isThere) {
                    rebuild(place, journal);
                }
            } catch (IOException | RuntimeException e) {
                journal.close();
                throw e;
            }
            return attach(place, journal);
        }
        refuseLostJournal(place, isThere);
        return attach(place, null);
    }

    private static SegmentJournal openFound(Place place) throws IOException {
        try {
            return SegmentJournal.open(place.files(), place.fileBytes());
        } catch (JournalDamagedException e) {
            RegionStore.RegionRefusedException refused =
                    new RegionStore.RegionRefusedException("shard " + place.shard() + ": " + e.getMessage());
            refused.initCause(e);
            throw refused;
        }
    }

    /** Where there are snapshots there was a journal, and something was acknowledged by it: no new one is begun unasked. */
    private static void refuseLostJournal(Place place, boolean isThere) throws IOException {
        if (!place.snapshots().names().isEmpty()) {
            throw new RegionStore.RegionRefusedException("shard " + place.shard() + " has snapshots"
                    + (isThere ? "" : ", no region,")
                    + " and the journal is missing; put it back, " + BACKUP
                    + (isThere
                            ? "remove DIR/snapshots to go on with the region as it is"
                            : "start with --fresh, which discards the snapshots"));
        }
    }

    /** From the newest snapshot that is whole; from the journal alone as long as that reaches back to the beginning. */
    private static void rebuild(Place place, SegmentJournal journal) throws IOException {
        for (String name : place.snapshots().names().reversed()) {
            try (Snapshot snapshot = openReadable(place, name)) {
                refuseGap(place, journal, snapshot);
                snapshot.beginDigest();
                RegionStore.rebuild(
                        place.regionFile(), place.sizing(), place.shard(), place.persistent(), journal, snapshot);
                place.log()
                        .accept("the region of shard " + place.shard() + " was lost; it is made from snapshot " + name
                                + " and the journal behind it");
                return;
            } catch (SnapshotDamagedException e) {
                place.loud()
                        .accept("DAMAGED SNAPSHOT of shard " + place.shard() + ": " + e.getMessage()
                                + "; the one before it is tried");
            }
        }
        if (journal.firstPosition() > 0) {
            throw new RegionStore.RegionRefusedException("the region of shard " + place.shard()
                    + " was lost, there is no whole snapshot, and its journal begins at position "
                    + journal.firstPosition()
                    + ": what is before is missing; put the snapshot back, " + BACKUP
                    + "start with --fresh, which discards all of it");
        }
        RegionStore.rebuild(place.regionFile(), place.sizing(), place.shard(), place.persistent(), journal, null);
        place.log().accept("the region of shard " + place.shard() + " was lost; it is made from the journal");
    }

    /** One that cannot be read is no better than one that is damaged; its body is checked while it is restored. */
    private static Snapshot openReadable(Place place, String name) throws SnapshotDamagedException {
        try {
            return Snapshot.open(place.snapshots(), name);
        } catch (IOException e) {
            throw SnapshotDamagedException.of(name, e);
        }
    }

    private static void refuseGap(Place place, SegmentJournal journal, Snapshot snapshot) throws IOException {
        String gap = null;
        if (journal.regionHeader().mismatch(snapshot.regionHeader()) >= 0) {
            gap = "is of another region than the journal";
        } else if (snapshot.basePosition() < journal.firstPosition()) {
            gap = "ends at position " + snapshot.basePosition() + ", and the journal begins at "
                    + journal.firstPosition() + ": the files between are missing";
        } else if (snapshot.endPosition() > journal.endPosition()) {
            gap = "needs the journal up to position " + snapshot.endPosition() + ", and it ends at "
                    + journal.endPosition() + ": its last files are missing";
        }
        if (gap != null) {
            throw new RegionStore.RegionRefusedException("snapshot " + snapshot.name() + " of shard " + place.shard()
                    + " " + gap + "; put them back, " + BACKUP + "start with --fresh, which discards all of it");
        }
    }

    /** @param found its journal, which is the shard's from here on, or null to begin one */
    private static ShardJournal attach(Place place, SegmentJournal found) throws IOException {
        boolean isNew = found == null;
        Parts parts = new Parts();
        parts.journal = found;
        try {
            parts.region = RegionStore.open(
                    place.regionFile(),
                    place.sizing(),
                    place.shard(),
                    memory -> {
                        if (isNew) {
                            sayWhatIsMissing(place, memory);
                            parts.journal = SegmentJournal.create(place.files(), memory, place.fileBytes());
                        }
                        parts.refuseAnothers(place.regionFile(), memory);
                        parts.writer = new JournalWriter(parts.journal, memory);
                        BeforeEpoch journal = ringEnd -> catchUp(parts, ringEnd, place.persistent() != null);
                        return place.members().apply(journal);
                    },
                    place.persistent());
            ShardJournal opened = new ShardJournal(place, parts.journal, parts.writer, parts.region);
            parts.isAttached = true;
            opened.takeFirstSnapshot(place);
            return opened;
        } catch (UncheckedIOException e) {
            parts.close();
            throw e.getCause();
        } catch (IOException | RuntimeException e) {
            parts.close();
            if (isNew && parts.journal != null) {
                discardJournal(place);
            }
            throw e;
        }
    }

    /** The region has it all, so it goes on; what is gone are the times before. */
    private static void sayWhatIsMissing(Place place, MemorySegment region) {
        long journaled = new LiveHeader(region.address()).reached(Level.JOURNALED);
        if (journaled > 0) {
            place.loud()
                    .accept("LOST JOURNAL of shard " + place.shard() + ": the region was journaled up to sequence "
                            + journaled
                            + ", and there is no journal (it was removed, or a start that was refused took back"
                            + " what it had begun); a new one begins with the region as it is, and no earlier time can be"
                            + " restored");
        }
    }

    /**
     * One that was begun just now is worth nothing without its first snapshot, and the region is there: it may go on without a journal. One
     * from before stays: what was acknowledged may be in it, whatever became of its snapshots.
     */
    private static void discardJournal(Place place) throws IOException {
        for (String name : place.files().names()) {
            place.files().delete(name);
        }
    }

    /** The ring of a region in persistent memory goes on only over what the journal would still have without power. */
    private static void catchUp(Parts parts, long ringEnd, boolean isPersistent) {
        try {
            parts.writer.catchUp(ringEnd);
            if (isPersistent) {
                parts.journal.force();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What there is already when something fails. */
    private static final class Parts {
        private SegmentJournal journal;
        private JournalWriter writer;
        private RegionStore region;
        private boolean isAttached;

        void refuseAnothers(Path regionFile, MemorySegment memory) throws IOException {
            long length = journal.regionHeader().byteSize();
            if (journal.regionHeader().mismatch(memory.asSlice(0, length)) >= 0) {
                throw new RegionStore.RegionRefusedException(regionFile
                        + ": the journal beside it is of another region; start with --fresh, which discards both");
            }
        }

        void close() throws IOException {
            if (region != null) {
                region.close();
            }
            if (journal != null) {
                journal.close();
            }
        }
    }

    RegionStore region() {
        return region;
    }

    long tornBytes() {
        return journal.tornBytes();
    }

    /** Takes what the shard has appended so far, on the thread that opens it: before its agents run. */
    void follow() throws IOException {
        long stalls;
        do {
            stalls = writer.stalls();
        } while (writer.doWork() > 0 || writer.stalls() > stalls && journal.prepare());
        if (region.engine().writeBack() != null) {
            journal.force();
        }
    }

    /** Appends. */
    Agent writer() {
        return writer;
    }

    /** Makes files and forces them. */
    Agent keeper() {
        return keeper;
    }

    /** Takes snapshots, and lets the journal forget what they have. */
    Agent snapshots() {
        return snapshots;
    }

    /** Behind its agents and the shard: what they have not appended or forced yet is. */
    @Override
    public void close() throws IOException {
        try (SegmentJournal closing = journal) {
            try {
                follow();
            } finally {
                closing.force();
            }
        }
    }
}
