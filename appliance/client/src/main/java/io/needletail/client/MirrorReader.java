package io.needletail.client;

import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryReader;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionHeader;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads entries by handle from the region of a mirror on this machine, mapped read-only. What is read is committed: a takeover keeps it. It may
 * lack what came last, and each answer says at most how much: {@link #stalenessNs}. The primary's handles are good here. When the mirror takes
 * over, or follows another epoch, answers are EPOCH_CHANGED until {@link #adoptEpoch}; a region that serves is read too then, and is not
 * stale. For one thread.
 */
public final class MirrorReader implements EntryReader, AutoCloseable {
    private final ColocatedReader reader;
    private final Staleness staleness;

    private MirrorReader(ColocatedReader reader, Staleness staleness) {
        this.reader = reader;
        this.staleness = staleness;
    }

    /**
     * Maps a mirror's region, {@code region/shard-0} and so on in its folder.
     *
     * @param mostStaleNs an answer that may be older is WRITER_UNAVAILABLE
     */
    public static MirrorReader open(Path region, long mostStaleNs) throws IOException {
        return new MirrorReader(ColocatedReader.open(region, true), new Staleness(mostStaleNs));
    }

    @Override
    public int get(long handle, Entry into) {
        long asOfNs = reader.asOfNs(); // first: what is read behind it has all that it says
        int status = reader.get(handle, into);
        note(asOfNs);
        return staleness.bounded(status, into);
    }

    @Override
    public int get(long handle, int level, Entry into) {
        long asOfNs = reader.asOfNs();
        int status = reader.get(handle, level, into);
        note(asOfNs);
        return staleness.bounded(status, into);
    }

    /** As {@link ColocatedReader#get(Batch)}; one staleness for all. */
    public int get(Batch batch) {
        long asOfNs = reader.asOfNs();
        int status = reader.get(batch);
        note(asOfNs);
        for (int i = 0; i < batch.length(); i++) {
            batch.status(i, staleness.bounded(batch.status(i), batch.entry(i)));
        }
        return status;
    }

    /** As {@link ColocatedReader#key}. */
    public int key(long handle, Key into) {
        return reader.key(handle, into);
    }

    private void note(long asOfNs) {
        if (asOfNs != 0) {
            staleness.since(asOfNs, SystemClock.INSTANCE.nowNs());
        } else if (!reader.isMirror() && reader.isWriterAlive()) {
            staleness.since(0, 0); // it serves, and is entitled to
        } else {
            staleness.unknown();
        }
    }

    /**
     * Of the last answer, in ns: it has every change that the primary had made so long before the answer, whatever its own mirrors or sessions knew of
     * it. {@link Staleness#UNKNOWN} when nothing is known.
     */
    public long stalenessNs() {
        return staleness.ns();
    }

    public RegionHeader header() {
        return reader.header();
    }

    /** Takes the handles of the region's present epoch from here on. */
    public void adoptEpoch() {
        reader.adoptEpoch();
    }

    public long epoch() {
        return reader.epoch();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
