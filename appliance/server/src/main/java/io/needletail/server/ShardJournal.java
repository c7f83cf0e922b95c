package io.needletail.server;

import io.needletail.engine.MutationLog;
import io.needletail.engine.ShardEngine;
import io.needletail.journal.JournalFiles;
import io.needletail.journal.JournalFolder;
import io.needletail.journal.JournalKeeper;
import io.needletail.journal.JournalWriter;
import io.needletail.journal.SegmentJournal;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.view.RegionSizing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.Agent;

/**
 * A shard's journal: found or begun before the shard attaches to its region, filled with what a kill left in the ring, then
 * followed by two agents, one that appends and one that forces.
 */
final class ShardJournal implements AutoCloseable {
    private final SegmentJournal journal;
    private final JournalWriter writer;
    private final JournalKeeper keeper;
    private final RegionStore region;
    /** Whether the region was made anew from it. */
    private final boolean hasRebuilt;

    private ShardJournal(SegmentJournal journal, JournalWriter writer, RegionStore region, boolean hasRebuilt) {
        this.journal = journal;
        this.writer = writer;
        this.region = region;
        this.hasRebuilt = hasRebuilt;
        keeper = new JournalKeeper(journal, region.engine().live());
        ShardEngine engine = region.engine();
        int consumer = engine.log().addConsumer(writer.roleName(), MutationLog.GATING);
        writer.follow(engine.log().consumerAddress(consumer));
    }

    /**
     * Opens a shard's region and its journal, or makes what is not there: a lost region from the journal, both when there is
     * neither.
     *
     * @param folder of the journal
     * @param fileBytes length of the log in one of its files
     */
    static ShardJournal open(Path regionFile, RegionSizing sizing, int shard, Path folder, long fileBytes)
            throws IOException {
        JournalFiles files = new JournalFolder(folder);
        boolean isThere = Files.exists(regionFile);
        if (SegmentJournal.isIn(files)) {
            SegmentJournal journal = SegmentJournal.open(files, fileBytes);
            if (!isThere) {
                RegionStore.rebuild(regionFile, sizing, shard, journal);
            }
            return attach(regionFile, sizing, shard, memory -> journal, !isThere);
        }
        return attach(
                regionFile,
                sizing,
                shard,
                memory -> {
                    if (new LiveHeader(memory.address()).appliedPosition() != 0) {
                        throw new RegionStore.RegionRefusedException(
                                regionFile + ": there are changes in it that " + folder
                                        + " has not; set journal=off, or start with --fresh, which discards the region");
                    }
                    return SegmentJournal.create(files, memory, fileBytes);
                },
                false);
    }

    /** Finds or begins the journal of a region that is mapped and not attached to yet. */
    private interface Source {
        SegmentJournal of(MemorySegment region) throws IOException;
    }

    private static ShardJournal attach(
            Path regionFile, RegionSizing sizing, int shard, Source source, boolean hasRebuilt) throws IOException {
        Parts parts = new Parts();
        try {
            RegionStore region = RegionStore.open(regionFile, sizing, shard, memory -> {
                parts.journal = source.of(memory);
                parts.refuseAnothers(regionFile, memory);
                parts.writer = new JournalWriter(parts.journal, memory);
                return ringEnd -> catchUp(parts.writer, ringEnd);
            });
            return new ShardJournal(parts.journal, parts.writer, region, hasRebuilt);
        } catch (UncheckedIOException e) {
            parts.close();
            throw e.getCause();
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static void catchUp(JournalWriter writer, long ringEnd) {
        try {
            writer.catchUp(ringEnd);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What there is already when something fails. */
    private static final class Parts {
        private SegmentJournal journal;
        private JournalWriter writer;

        void refuseAnothers(Path regionFile, MemorySegment memory) throws IOException {
            long length = journal.regionHeader().byteSize();
            if (journal.regionHeader().mismatch(memory.asSlice(0, length)) >= 0) {
                throw new RegionStore.RegionRefusedException(regionFile
                        + ": the journal beside it is of another region; start with --fresh, which discards both");
            }
        }

        void close() throws IOException {
            if (journal != null) {
                journal.close();
            }
        }
    }

    RegionStore region() {
        return region;
    }

    boolean hasRebuilt() {
        return hasRebuilt;
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
    }

    /** Appends. */
    Agent writer() {
        return writer;
    }

    /** Makes files and forces them. */
    Agent keeper() {
        return keeper;
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
