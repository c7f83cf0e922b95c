package io.needletail.server;

import io.needletail.journal.JournalCheck;
import io.needletail.journal.JournalCut;
import io.needletail.journal.JournalDamagedException;
import io.needletail.journal.snapshot.KeptSnapshots;
import io.needletail.journal.snapshot.Snapshot;
import io.needletail.journal.snapshot.SnapshotDamagedException;
import io.needletail.memory.DataSync;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * A copy of what is kept of an appliance beside its regions: configuration, snapshots, journals. It is the folder of an appliance,
 * whose regions are lost: a start there makes them. Taken while the appliance runs, too; then it has all that was forced when it began, and
 * some of what came meanwhile. It has its name only when it is whole: one that was cut short is not started by mistake.
 */
public final class Backup {
    /** Snapshots may be given up for newer ones while older ones are copied. */
    private static final int TRIES = 5;

    private static final int CHUNK = 1 << 20;

    private static final long ALL_KEPT = -1;
    private static final long NS_PER_MS = 1_000_000;

    private final Path from;
    private final Path to;
    private final Path unfinished;
    private final LongConsumer progress;
    private long lastSequence = Long.MAX_VALUE;
    private long lastTimeNs = Long.MAX_VALUE;
    private long copied;

    /** @param progress is told how many bytes were copied */
    public Backup(Path from, Path to, LongConsumer progress) {
        this.from = from;
        this.to = to;
        unfinished = to.resolveSibling(to.getFileName() + ".unfinished");
        this.progress = progress;
    }

    /** Leaves out everything later: the copy is of an earlier time. */
    public Backup upTo(long sequence, long timeNs) {
        lastSequence = sequence;
        lastTimeNs = timeNs;
        return this;
    }

    private boolean isOfAnEarlierTime() {
        return lastSequence != Long.MAX_VALUE || lastTimeNs != Long.MAX_VALUE;
    }

    /**
     * Copies and checks the copy.
     *
     * @return what is in it
     * @throws IOException also when the copy is not whole
     */
    public List<KeptShard> take() throws IOException {
        if (Files.exists(to)) {
            throw new IOException(to + ": there is something already; name a folder that does not exist");
        }
        if (!Files.exists(from.resolve("needletail.properties"))) {
            throw new IOException(from + ": no appliance was ever started there, and it is no backup");
        }
        for (int tries = 1; ; tries++) {
            copied = 0;
            PrivateFiles.deleteTree(unfinished);
            try {
                List<KeptShard> shards = copyAndCheck();
                Files.move(unfinished, to, StandardCopyOption.ATOMIC_MOVE);
                DataSync.ofFolder(to.getParent());
                return shards;
            } catch (NoSuchFileException
                    | NotWholeException
                    | JournalDamagedException e) { // of a copy, of files that went on
                PrivateFiles.deleteTree(unfinished);
                if (tries == TRIES) {
                    throw named(e);
                }
            } catch (IOException | RuntimeException e) {
                PrivateFiles.deleteTree(unfinished);
                throw e;
            }
        }
    }

    /** By where it came from: the copy is gone. */
    private IOException named(IOException e) {
        String message = String.valueOf(e.getMessage());
        return new IOException(message.replace(unfinished.toString(), from.toString()), e);
    }

    /** It may be whole the next time: the appliance runs. */
    private static final class NotWholeException extends IOException {
        private static final long serialVersionUID = 1L;

        NotWholeException(String message) {
            super(message);
        }
    }

    private List<KeptShard> copyAndCheck() throws IOException {
        copyAll();
        if (isOfAnEarlierTime()) {
            cutOff();
        }
        List<KeptShard> shards = KeptShard.of(unfinished, bytes -> {});
        if (shards.isEmpty()) {
            throw new IOException(from + ": there is neither a journal nor a snapshot");
        }
        if (isOfAnEarlierTime() && shards.stream().allMatch(Backup::isEmpty)) {
            throw new IOException(
                    "nothing is kept of that time or before: no change had been made; see the first one with:"
                            + " needletail inspect journal --dir " + from + " --records --limit 1");
        }
        for (KeptShard shard : shards) {
            if (!shard.remake().isPossible()) {
                throw new NotWholeException("shard " + shard.shard() + " could not be made from the copy: "
                        + shard.remake().words() + "; see: needletail verify --dir " + from);
            }
            leaveOutDamaged(shard);
        }
        return shards;
    }

    private static boolean isEmpty(KeptShard shard) {
        return shard.remake().isPossible() && shard.remake().upToSequence() == 0;
    }

    /** Another one is enough, and a start would find this one first. */
    private void leaveOutDamaged(KeptShard shard) throws IOException {
        for (KeptShard.KeptSnapshot snapshot : shard.snapshots()) {
            if (snapshot.fault() != null) {
                Files.delete(KeptShard.snapshotsOf(unfinished, shard.shard()).resolve(snapshot.name()));
            }
        }
        DataSync.ofFolder(KeptShard.snapshotsOf(unfinished, shard.shard()));
    }

    private void cutOff() throws IOException {
        for (int shard = 0; shard < KeptShard.count(unfinished); shard++) {
            Path journal = KeptShard.journalOf(unfinished, shard);
            JournalCut cut = JournalCut.find(journal, lastSequence, lastTimeNs);
            JournalCheck all = JournalCheck.of(journal);
            long first = all.firstPosition();
            refuseWhatIsNotThere(shard, all);
            long earliest = leaveOutLater(KeptShard.snapshotsOf(unfinished, shard), cut, first);
            if (earliest != ALL_KEPT && first > 0) {
                throw new IOException("shard " + shard + ": what is kept goes back to sequence " + earliest
                        + " and no further; name that or a later one, or restore an older backup");
            }
            cut.apply(journal);
            DataSync.ofFolder(journal);
        }
    }

    /** A sequence that nothing has yet is a mistake, not a wish for the newest. */
    private void refuseWhatIsNotThere(int shard, JournalCheck all) throws IOException {
        long last = all.lastSequence() != 0 ? all.lastSequence() : newestSequence(shard);
        if (lastSequence != Long.MAX_VALUE && lastSequence > last) {
            throw new IOException("shard " + shard + ": the last change that is kept has sequence " + last
                    + "; name that or an earlier one");
        }
        if (lastTimeNs != Long.MAX_VALUE && lastTimeNs > nowNs() && isBehind(KeptShard.journalOf(unfinished, shard))) {
            throw new IOException("the time is in the future, and nothing is kept of it; for what there is now take:"
                    + " needletail backup");
        }
    }

    private static long nowNs() {
        return System.currentTimeMillis() * NS_PER_MS;
    }

    /** Whether no change is later: the clock that dated them may have been ahead of this one. */
    private boolean isBehind(Path journal) throws IOException {
        return JournalCut.find(journal, Long.MAX_VALUE, Long.MAX_VALUE).timeNs() < lastTimeNs;
    }

    /** Of the snapshots, which may be all that knows of a change. */
    private long newestSequence(int shard) throws IOException {
        KeptSnapshots snapshots = new KeptSnapshots(KeptShard.snapshotsOf(unfinished, shard));
        for (String name : snapshots.names().reversed()) {
            try (Snapshot snapshot = Snapshot.open(snapshots, name)) {
                return snapshot.sequence();
            } catch (SnapshotDamagedException e) {
                continue; // the one before it says it
            }
        }
        return 0;
    }

    /**
     * Removes snapshots that end later: they say more than was asked for. One that is damaged is looked at afterwards, and one whose
     * journal is gone stays for its increments only.
     *
     * @param journalBegin position of the first change that is kept
     * @return {@link #ALL_KEPT} when one stays, else the sequence that the first of them goes back to
     */
    private long leaveOutLater(Path folder, JournalCut cut, long journalBegin) throws IOException {
        KeptSnapshots snapshots = new KeptSnapshots(folder);
        long earliest = Long.MAX_VALUE;
        boolean isAnyLeft = false;
        for (String name : snapshots.names().reversed()) { // increments before what they are increments to
            long sequence = ALL_KEPT;
            boolean canBeGoneOnFrom;
            try (Snapshot snapshot = Snapshot.open(snapshots, name)) {
                sequence = isLater(snapshot, cut) ? snapshot.sequence() : ALL_KEPT;
                canBeGoneOnFrom = snapshot.basePosition() >= journalBegin;
            } catch (SnapshotDamagedException e) {
                continue;
            }
            isAnyLeft |= sequence == ALL_KEPT && canBeGoneOnFrom;
            earliest = Math.min(earliest, sequence == ALL_KEPT || !canBeGoneOnFrom ? Long.MAX_VALUE : sequence);
            if (sequence != ALL_KEPT) {
                Files.delete(folder.resolve(name));
            }
        }
        DataSync.ofFolder(folder);
        return isAnyLeft || earliest == Long.MAX_VALUE ? ALL_KEPT : earliest;
    }

    /** In front of the first change that is kept a position says nothing of what came before: the snapshot itself does. */
    private boolean isLater(Snapshot snapshot, JournalCut cut) {
        boolean isBeforeAnyChange = cut.sequence() == 0;
        return snapshot.endPosition() > cut.position()
                || isBeforeAnyChange && (snapshot.sequence() > lastSequence || snapshot.timeNs() > lastTimeNs);
    }

    /** The snapshots first: what they need of the journal is kept for as long as they are. */
    private void copyAll() throws IOException {
        PrivateFiles.createFolder(unfinished);
        copyFile(from.resolve("needletail.properties"), unfinished.resolve("needletail.properties"));
        for (int shard = 0; shard < KeptShard.count(from); shard++) {
            copyFolder(KeptShard.snapshotsOf(from, shard), KeptShard.snapshotsOf(unfinished, shard), ".snapshot");
            copyFolder(KeptShard.journalOf(from, shard), KeptShard.journalOf(unfinished, shard), ".journal");
        }
        DataSync.ofFolder(unfinished);
    }

    /** The newest file first: what it says was forced is then in the older ones, which are copied later. */
    private void copyFolder(Path source, Path target, String suffix) throws IOException {
        PrivateFiles.createFolder(target.getParent());
        PrivateFiles.createFolder(target);
        if (Files.isDirectory(source)) {
            try (Stream<Path> all = Files.list(source)) {
                for (Path file : all.filter(path -> path.toString().endsWith(suffix))
                        .sorted(Comparator.reverseOrder())
                        .toList()) {
                    copyFile(file, target.resolve(file.getFileName()));
                }
            }
        }
        DataSync.ofFolder(target);
        DataSync.ofFolder(target.getParent());
    }

    /** From its beginning to its end: what its header says was forced of it is in the copy. */
    private void copyFile(Path source, Path target) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
                FileChannel out = PrivateFiles.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (in.read(chunk.clear()) >= 0) {
                chunk.flip();
                while (chunk.hasRemaining()) {
                    copied += out.write(chunk);
                }
                progress.accept(copied);
            }
            try (DataSync sync =
                    DataSync.of(target)) { // while the one that wrote is open: an error of its is told here
                sync.force();
            }
        }
    }
}
