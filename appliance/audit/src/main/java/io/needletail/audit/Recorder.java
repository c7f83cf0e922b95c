package io.needletail.audit;

import io.needletail.memory.PrivateFiles;
import io.needletail.server.ApplianceFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Records every shard of an appliance, on one thread; one recorder an appliance at a time. */
final class Recorder implements AutoCloseable {
    static final int LOSSY = -1;
    private static final long LOOK_MS = 10;

    private final FileChannel lockChannel;
    private final List<ShardRecorder> shards = new ArrayList<>();

    /**
     * @param consumer index of the gating consumer that the appliance made for it, in every shard; {@link #LOSSY} for none
     * @param patienceMs how long another recorder is waited for: that of an appliance that was killed records what is left, and ends
     */
    Recorder(Path dir, int consumer, long patienceMs) throws IOException, InterruptedException {
        Path audit = PrivateFiles.createFolder(ApplianceFolder.auditFolder(dir));
        lockChannel =
                PrivateFiles.open(audit.resolve("recorder.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lockChannel.tryLock();
        for (long waitedMs = 0; lock == null && waitedMs < patienceMs; waitedMs += LOOK_MS) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            lock = lockChannel.tryLock();
        }
        if (lock == null) {
            lockChannel.close();
            throw new IOException(audit + ": another recorder is at work there");
        }
        try {
            open(dir, consumer);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void open(Path dir, int consumer) throws IOException {
        Path region = regionFile(dir, 0);
        if (!Files.exists(region)) {
            throw new IOException("no appliance has run in " + dir + ": there is no " + region);
        }
        while (Files.exists(region)) {
            Gate gate = consumer == LOSSY ? null : new Gate(region, consumer);
            shards.add(new ShardRecorder(region, Trail.folder(dir, shards.size()), gate));
            region = regionFile(dir, shards.size());
        }
    }

    private static Path regionFile(Path dir, int shard) {
        return dir.resolve("region").resolve("shard-" + shard);
    }

    /** Records what there is, some of it; how many changes that were. */
    int doWork() {
        int changes = 0;
        for (ShardRecorder shard : shards) {
            changes += shard.doWork();
        }
        return changes;
    }

    /** Records all that there is now. */
    void catchUp() {
        shards.forEach(ShardRecorder::catchUp);
    }

    boolean isWriterAlive() {
        return shards.stream().allMatch(ShardRecorder::isWriterAlive);
    }

    int shards() {
        return shards.size();
    }

    long recorded() {
        return shards.stream().mapToLong(ShardRecorder::recorded).sum();
    }

    long gaps() {
        return shards.stream().mapToLong(ShardRecorder::gaps).sum();
    }

    @Override
    public void close() throws IOException {
        for (ShardRecorder shard : shards) {
            shard.close();
        }
        lockChannel.close();
    }
}
