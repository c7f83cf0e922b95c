package io.needletail.server;

import io.needletail.journal.JournalCheck;
import io.needletail.journal.JournalCut;
import io.needletail.journal.snapshot.KeptSnapshots;
import io.needletail.journal.snapshot.Snapshot;
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
        for (int tries = 1; ; tries++) {
            copied = 0;
            PrivateFiles.deleteTree(unfinished);
            try {
                List<KeptShard> shards = copyAndCheck();
                Files.move(unfinished, to, StandardCopyOption.ATOMIC_MOVE);
                force(to.getParent());
                return shards;
            } catch (NoSuchFileException | NotWholeException e) {
                PrivateFiles.deleteTree(unfinished);
                if (tries == TRIES) {
                    throw e;
                }
            } catch (IOException | RuntimeException e) {
                PrivateFiles.deleteTree(unfinished);
                throw e;
            }
        }
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
        for (KeptShard shard : shards) {
            if (!shard.isWhole()) {
                throw new NotWholeException("the copy of shard " + shard.shard() + " is not whole: "
                        + shard.remake().words() + "; see: needletail verify --dir " + from);
            }
        }
        return shards;
    }

    /** A snapshot that ends later says more than was asked for. */
    private void cutOff() throws IOException {
        for (int shard = 0; shard < KeptShard.count(unfinished); shard++) {
            JournalCut cut = JournalCut.find(KeptShard.journalOf(unfinished, shard), lastSequence, lastTimeNs);
            long earliest = Long.MAX_VALUE;
            boolean hasOne = false;
            KeptSnapshots snapshots = new KeptSnapshots(KeptShard.snapshotsOf(unfinished, shard));
            for (String name : snapshots.names()) {
                long sequence;
                try (Snapshot snapshot = Snapshot.open(snapshots, name)) {
                    sequence = snapshot.endPosition() <= cut.position() ? 0 : snapshot.sequence();
                }
                hasOne |= sequence == 0;
                earliest = Math.min(earliest, sequence);
                if (sequence != 0) {
                    Files.delete(KeptShard.snapshotsOf(unfinished, shard).resolve(name));
                }
            }
            if (!hasOne
                    && JournalCheck.of(KeptShard.journalOf(unfinished, shard)).firstPosition() > 0) {
                throw new IOException("shard " + shard + ": what is kept goes back to sequence " + earliest
                        + " and no further; name that or a later one, or restore an older backup");
            }
            cut.apply(KeptShard.journalOf(unfinished, shard));
            force(KeptShard.journalOf(unfinished, shard));
            force(KeptShard.snapshotsOf(unfinished, shard));
        }
    }

    /** The snapshots first: what they need of the journal is kept for as long as they are. */
    private void copyAll() throws IOException {
        PrivateFiles.createFolder(unfinished);
        copyFile(from.resolve("needletail.properties"), unfinished.resolve("needletail.properties"));
        for (int shard = 0; shard < KeptShard.count(from); shard++) {
            copyFolder(KeptShard.snapshotsOf(from, shard), KeptShard.snapshotsOf(unfinished, shard), ".snapshot");
            copyFolder(KeptShard.journalOf(from, shard), KeptShard.journalOf(unfinished, shard), ".journal");
        }
        force(unfinished);
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
        force(target);
        force(target.getParent());
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
            out.force(true);
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
