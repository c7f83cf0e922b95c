package io.needletail.journal.snapshot;

import io.needletail.registry.view.RegionLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The digest of a snapshot's file, of everything behind its header page. It reads the file by itself, so that it can be made beside
 * whoever reads the blocks.
 */
final class SnapshotDigest {
    private final PublishedSnapshots.Stored file;
    private final long end;
    private final FutureTask<byte[]> task = new FutureTask<>(this::compute);
    private Thread thread;
    private volatile boolean isStopped;

    SnapshotDigest(PublishedSnapshots.Stored file) {
        this.file = file;
        end = file.lengthBytes();
    }

    /** On the calling thread. */
    void run() {
        task.run();
    }

    void start() {
        thread = new Thread(task, "snapshot-digest");
        thread.setDaemon(true);
        thread.start();
    }

    byte[] await() throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Returns when nobody reads the file any more. */
    void stop() {
        isStopped = true;
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] compute() throws IOException {
        MessageDigest digest = Snapshot.sha256();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate(SnapshotLayout.BLOCK, RegionLayout.PAGE_LENGTH);
            for (long at = SnapshotLayout.REGION_HEADER_OFFSET; at < end && !isStopped; at += SnapshotLayout.BLOCK) {
                MemorySegment part = piece.asSlice(0, Math.min(SnapshotLayout.BLOCK, end - at));
                file.read(at, part);
                digest.update(part.asByteBuffer());
            }
        }
        return digest.digest();
    }
}
