package io.needletail.server;

import io.needletail.engine.BeforeEpoch;
import io.needletail.engine.RegionRestore;
import io.needletail.engine.ShardEngine;
import io.needletail.journal.SegmentJournal;
import io.needletail.journal.snapshot.Snapshot;
import io.needletail.memory.CacheLines;
import io.needletail.memory.DataSync;
import io.needletail.memory.KeySearchKernel;
import io.needletail.memory.MappedFile;
import io.needletail.memory.ResidentMemory;
import io.needletail.memory.SyncMapping;
import io.needletail.pmem.PersistentPlace;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.RegionState;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/** A shard's region on disk or in shared memory: formatted when it is new, attached to when it is not. */
public final class RegionStore implements AutoCloseable {
    private final MappedFile file;
    private final MemorySegment region;
    private final ShardEngine engine;

    private RegionStore(MappedFile file, MemorySegment region, ShardEngine engine) {
        this.file = file;
        this.region = region;
        this.engine = engine;
    }

    /** Opens or makes the region of the only shard, for an application that embeds it. */
    public static RegionStore open(Path path, RegionSizing sizing) throws IOException {
        return open(path, sizing, 0);
    }

    /** The same in persistent memory, or in none when {@code place} is null. */
    public static RegionStore open(Path path, RegionSizing sizing, PersistentPlace place) throws IOException {
        return open(path, sizing, 0, region -> ringEnd -> {}, place);
    }

    /** Opens or makes the region; a damaged or foreign one is refused with what is wrong and what to do. */
    public static RegionStore open(Path path, RegionSizing sizing, int shard) throws IOException {
        return open(path, sizing, shard, region -> ringEnd -> {});
    }

    /** Looks at a region that is mapped, before the shard attaches to it. */
    @FunctionalInterface
    interface BeforeAttach {
        /** @return who is told when what the ring holds has been found out */
        BeforeEpoch see(MemorySegment region) throws IOException;
    }

    static RegionStore open(Path path, RegionSizing sizing, int shard, BeforeAttach before) throws IOException {
        return open(path, sizing, shard, before, null);
    }

    /** The same in persistent memory, or in none when {@code place} is null. */
    static RegionStore open(Path path, RegionSizing sizing, int shard, BeforeAttach before, PersistentPlace place)
            throws IOException {
        MappedFile file =
                Files.exists(path) ? openExisting(path, sizing, shard, place) : create(path, sizing, shard, place);
        MemorySegment region =
                file.segment().asSlice(0, RegionFormatter.lengthBytes(sizing)); // huge pages make a file longer
        ShardEngine engine = attach(file, region, before, place);
        if (!engine.report().isWhole()) {
            file.close();
            throw new RegionRefusedException(path + ": " + engine.report().explain());
        }
        engine.prefetcher(CacheLines::prefetchForWrite);
        if (KeySearchKernel.isAvailable()) {
            engine.registry().searchWith(KeySearchKernel::find);
        }
        return new RegionStore(file, region, engine);
    }

    private static ShardEngine attach(MappedFile file, MemorySegment region, BeforeAttach before, PersistentPlace place)
            throws IOException {
        try {
            ShardEngine.restoreLive(region);
            return ShardEngine.attach(region, place == null ? null : place.memory(), before.see(region));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static MappedFile openExisting(Path path, RegionSizing sizing, int shard, PersistentPlace place)
            throws IOException {
        if (Files.size(path) == 0) {
            throw new RegionRefusedException(path + ": " + explain(RegionFault.TOO_SHORT));
        }
        MappedFile file = openMapped(path, place);
        RegionFault fault = RegionHeader.validate(file.segment());
        if (fault != RegionFault.NONE) {
            file.close();
            throw new RegionRefusedException(path + ": " + explain(fault));
        }
        RegionHeader header = RegionHeader.of(file.segment());
        if (!header.sizing().equals(sizing) || header.shard() != shard) {
            file.close();
            throw new RegionRefusedException(path
                    + ": the region was formatted with other capacities than the configuration has;"
                    + " set them back, or start with --fresh, which discards it");
        }
        populate(file);
        return file;
    }

    /** No put pays for a page fault later, and none is the first to learn that the file system is full. */
    private static void populate(MappedFile file) throws IOException {
        ResidentMemory.Outcome outcome = ResidentMemory.populate(file.segment(), RegionLayout.PAGE_LENGTH);
        if (!outcome.done()) {
            file.close();
            throw new RegionRefusedException(file.path() + ": " + outcome.what());
        }
    }

    private static String explain(RegionFault fault) {
        return fault.what() + "; " + fault.remedy();
    }

    private static MappedFile.Mapping mapping(PersistentPlace place) {
        return place == null ? MappedFile.Mapping.PLAIN : place.mapping();
    }

    private static MappedFile create(Path path, RegionSizing sizing, int shard, PersistentPlace place)
            throws IOException {
        return create(path, sizing, place, region -> format(region, sizing, shard));
    }

    /**
     * Makes a region that is lost anew from a snapshot, if there is one, and its journal; it is attached to as one that was left by a
     * kill.
     */
    static void rebuild(
            Path path, RegionSizing sizing, int shard, PersistentPlace place, SegmentJournal journal, Snapshot snapshot)
            throws IOException {
        RegionHeader header = RegionHeader.ofPage(journal.regionHeader());
        if (!header.sizing().equals(sizing) || header.shard() != shard) {
            throw new RegionRefusedException(path
                    + ": the journal is of a region with other capacities than the configuration has;"
                    + " set them back, or start with --fresh, which discards it");
        }
        create(path, sizing, place, region -> fill(region, journal, snapshot)).close();
    }

    /**
     * Whether a mirror of the region with this header can be here: capacities as large, in memory, and what is there is of the same data.
     *
     * @throws RegionRefusedException when it cannot; nothing was touched
     */
    public static void checkMirror(Path path, RegionSizing sizing, MemorySegment headerPage) throws IOException {
        RegionHeader header = RegionHeader.ofPage(headerPage);
        if (!sizing.holdsAllOf(header.sizing())) {
            throw new RegionRefusedException(
                    path + ": the configuration has smaller capacities than the primary's region, or"
                            + " other keyed-slots where there are anonymous-slots; make a mirror's as large or larger");
        }
        if (Files.exists(path) && !isOfDataSet(path, header)) {
            throw new RegionRefusedException(
                    path + ": the region is of another data set than the primary's, and mirroring would"
                            + " discard it; start with --fresh when that is meant");
        }
    }

    private static boolean isOfDataSet(Path path, RegionHeader header) throws IOException {
        try (MappedFile file = MappedFile.openReadOnly(path)) {
            if (RegionHeader.validate(file.segment()) != RegionFault.NONE) {
                return false;
            }
            RegionHeader own = RegionHeader.of(file.segment());
            return own.dataSetIdHigh() == header.dataSetIdHigh() && own.dataSetIdLow() == header.dataSetIdLow();
        }
    }

    /**
     * Makes an empty region for a mirror of another one: the same data set and shard, and capacities that may be larger.
     *
     * @param headerPage of the other one
     */
    public static MappedFile createMirror(Path path, RegionSizing sizing, MemorySegment headerPage) throws IOException {
        RegionHeader header = RegionHeader.ofPage(headerPage);
        return create(
                path,
                sizing,
                null,
                region -> RegionFormatter.format(
                        region,
                        sizing,
                        new RegionFormatter.Identity(
                                header.dataSetIdHigh(),
                                header.dataSetIdLow(),
                                header.shard(),
                                header.secret0(),
                                header.secret1(),
                                0)));
    }

    private static void fill(MemorySegment region, SegmentJournal journal, Snapshot snapshot) throws IOException {
        RegionFormatter.formatAgain(region, journal.regionHeader(), secondsNow());
        if (snapshot == null) {
            RegionRestore.fill(region, journal);
        } else {
            snapshot.restoreInto(region);
            RegionRestore.complete(region, journal, snapshot.basePosition(), snapshot.sequence(), snapshot.timeNs());
        }
    }

    /** What is done to the memory of a new region. */
    @FunctionalInterface
    private interface Filling {
        void fill(MemorySegment region) throws IOException;
    }

    /** Formats under another name and renames, so that a start killed in between leaves nothing to be refused. */
    private static MappedFile create(Path path, RegionSizing sizing, PersistentPlace place, Filling filling)
            throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        long lengthBytes = RegionFormatter.lengthBytes(sizing);
        MappedFile file = createMapped(unfinished, lengthBytes, place);
        try {
            populate(file);
        } catch (RegionRefusedException e) {
            Files.delete(unfinished); // it has what others lack
            throw e;
        }
        try {
            MemorySegment region = file.segment().asSlice(0, lengthBytes);
            filling.fill(region);
            if (place != null) {
                ShardEngine.persist(region, place.memory());
                file.force();
            }
        } catch (IOException | RuntimeException | Error e) {
            discard(file); // the next try needs the room
            throw e;
        }
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
        if (place != null) {
            DataSync.ofFolder(path.toAbsolutePath().getParent());
        }
        return file;
    }

    private static MappedFile createMapped(Path unfinished, long lengthBytes, PersistentPlace place)
            throws IOException {
        try {
            return MappedFile.create(unfinished, lengthBytes, mapping(place));
        } catch (SyncMapping.RefusedException e) {
            Files.delete(unfinished);
            throw notOnADevice(e);
        }
    }

    private static MappedFile openMapped(Path path, PersistentPlace place) throws IOException {
        try {
            return MappedFile.openOwned(path, mapping(place));
        } catch (SyncMapping.RefusedException e) {
            throw notOnADevice(e);
        }
    }

    private static RegionRefusedException notOnADevice(SyncMapping.RefusedException e) {
        return new RegionRefusedException(e.getMessage()
                + "; set region-dir to a folder on one, or try it without with persistent-memory=emulated");
    }

    /** Nobody touches the mapping any more: cut off, the file gives its memory back before the process ends. */
    private static void discard(MappedFile file) throws IOException {
        file.close();
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        Files.delete(file.path());
    }

    private static void format(MemorySegment region, RegionSizing sizing, int shard) {
        SecureRandom random = new SecureRandom();
        RegionFormatter.format(
                region,
                sizing,
                new RegionFormatter.Identity(
                        random.nextLong(),
                        random.nextLong(),
                        shard,
                        random.nextLong(),
                        random.nextLong(),
                        secondsNow()));
    }

    /** Epochs rise over regions too: no start takes under a second. */
    private static long secondsNow() {
        return System.currentTimeMillis() / 1000;
    }

    /** Marks a region that is about to be removed, so that its readers stop; a file that is no region is left as it is. */
    static void retire(Path path) throws IOException {
        if (!Files.exists(path) || Files.size(path) == 0) {
            return;
        }
        try (MappedFile file = MappedFile.openBriefly(path)) { // its space is wanted for the next one
            if (RegionHeader.validate(file.segment()) == RegionFault.NONE) {
                LiveHeader live = new LiveHeader(file.segment().address());
                live.state(RegionState.RETIRED, live.epoch());
            }
        }
    }

    /** Whether a file is a whole region and not this one. */
    static boolean isOfAnother(Path path, RegionHeader header) throws IOException {
        if (!Files.exists(path)) {
            return false;
        }
        try (MappedFile file = MappedFile.openReadOnly(path)) {
            return RegionHeader.validate(file.segment()) == RegionFault.NONE
                    && !RegionHeader.of(file.segment()).isSame(header);
        }
    }

    /** Bytes of a region's log behind a position, as far as its header can be read. */
    static long logBeyond(Path path, long position) throws IOException {
        if (!Files.exists(path)) {
            return 0;
        }
        try (MappedFile file = MappedFile.openReadOnly(path)) {
            return RegionHeader.validate(file.segment()) == RegionFault.NONE
                    ? Math.max(0, new LiveHeader(file.segment().address()).appliedPosition() - position)
                    : 0;
        }
    }

    public ShardEngine engine() {
        return engine;
    }

    /** All of the file: in huge pages more than the region. */
    MemorySegment mapping() {
        return file.segment();
    }

    public MemorySegment segment() {
        return region;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** The region cannot be used; the message says why and what to do. */
    public static final class RegionRefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RegionRefusedException(String message) {
            super(message);
        }
    }
}
