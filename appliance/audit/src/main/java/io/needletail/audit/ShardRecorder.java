package io.needletail.audit;

import io.needletail.client.ColocatedReader;
import io.needletail.registry.view.ChangeHandler;
import io.needletail.registry.view.ChangeReader;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Records one shard: reads its ring beside it and appends each change to the trail, once and in order. It goes on behind the last
 * change that the trail has; where the ring does not reach back to that, the trail says so. For one thread.
 */
final class ShardRecorder implements AutoCloseable, ChangeHandler {
    private static final int CHANGES_A_TURN = 256;

    private final ColocatedReader region;
    private final ChangeReader changes;
    private final TrailWriter trail;
    private final RecordedPosition position;
    private final Gate gate;
    private final Key key = new Key();
    private long lastVersion;
    private long recorded;
    private long gaps;

    /**
     * @param regionFile of the shard
     * @param folder of its trail
     * @param gate null for a lossy recorder
     */
    ShardRecorder(Path regionFile, Path folder, Gate gate) throws IOException {
        this.gate = gate;
        region = ColocatedReader.open(regionFile);
        changes = region.changes();
        RegionHeader header = region.header();
        TrailEntry last = last(folder);
        trail = new TrailWriter(folder, header.shard(), header.dataSetIdLow());
        position = new RecordedPosition(folder);
        if (last != null && last.dataSet() == header.dataSetIdLow()) {
            resume(last);
        } else {
            begin();
        }
        if (!position.isOf(header.dataSetIdLow(), lastVersion)) {
            position.begin(header.dataSetIdLow());
        }
    }

    private static TrailEntry last(Path folder) throws IOException {
        if (!folder.toFile().isDirectory()) {
            return null;
        }
        try (TrailReader reader = new TrailReader(folder)) {
            reader.toLast(1);
            return reader.next();
        }
    }

    private void begin() {
        changes.since(0);
        boolean hasAll = changes.reachesBack();
        changes.sinceOldest();
        trail.note(TrailEntry.Kind.BEGIN, 0, nowNs(), hasAll ? "all that ever changed" : "from here on");
    }

    private void resume(TrailEntry last) {
        lastVersion = last.version();
        if (position.isOf(last.dataSet(), lastVersion) && position.position() > 0) {
            changes.from(position.position(), lastVersion);
        } else {
            changes.since(lastVersion);
        }
        if (!changes.reachesBack()) {
            skip();
        }
    }

    /** The ring came round before it was read: it goes on with the oldest change that is there. */
    private void skip() {
        gaps++;
        trail.note(TrailEntry.Kind.GAP, lastVersion, nowNs(), "overrun");
        changes.sinceOldest();
    }

    private static long nowNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** Records what there is, some of it; how many changes that were. */
    int doWork() {
        int polled = changes.poll(this, CHANGES_A_TURN);
        if (polled == ChangeReader.OVERRUN) {
            skip();
            return 1;
        }
        position.moveTo(lastVersion, changes.position());
        if (gate != null) {
            gate.moveTo(changes.segmentPosition());
        }
        return Math.max(0, polled);
    }

    /** Records what there is now, and not what comes meanwhile. */
    void catchUp() {
        long end = changes.end();
        long before = -1;
        while (changes.position() < end && changes.position() != before) {
            before = changes.position();
            doWork();
        }
    }

    @Override
    public void onChange(int operation, Key recordKey, Entry entry, boolean hasValue, long timeNs) {
        boolean isKnown = recordKey.length() > 0 || region.key(entry.handle(), key) == Status.OK;
        if (!isKnown) {
            key.clear();
        }
        trail.change(operation, recordKey.length() > 0 ? recordKey : key, entry, hasValue, timeNs);
        lastVersion = entry.version();
        recorded++;
    }

    /** Whether the shard's process still lives. */
    boolean isWriterAlive() {
        return region.isWriterAlive();
    }

    long recorded() {
        return recorded;
    }

    long gaps() {
        return gaps;
    }

    @Override
    public void close() throws IOException {
        trail.close();
        position.close();
        region.close();
        if (gate != null) {
            gate.close();
        }
    }
}
