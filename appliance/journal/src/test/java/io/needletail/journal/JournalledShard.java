package io.needletail.journal;

import io.needletail.engine.MutationLog;
import io.needletail.engine.RegionRestore;
import io.needletail.engine.ShardEngine;
import io.needletail.journal.snapshot.Snapshot;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.StoreProbe;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** A shard with a journal behind it, both stepped by hand, and a workload of everything that changes entries. */
final class JournalledShard {
    static final long FILE_LENGTH = 2L << 20;
    private static final int KEYS = 96;
    private static final int LONGEST = 200;

    final MemorySegment region;
    final ShardEngine engine;
    final SegmentJournal journal;
    final JournalWriter writer;
    final JournalKeeper keeper;

    private final Key key = new Key();
    private final Value value = new Value(LONGEST);
    private final Entry entry = new Entry(LONGEST);
    private final Group group = new Group(LONGEST);
    private final Batch batch = new Batch(LONGEST);
    private final Map<Long, Long> insideABatch = new HashMap<>();
    private long timeNs;

    private JournalledShard(MemorySegment region, SegmentJournal journal) {
        this.region = region;
        this.journal = journal;
        writer = new JournalWriter(journal, region);
        engine = ShardEngine.attach(region, ringEnd -> catchUp(writer, ringEnd));
        if (!engine.report().isWhole()) {
            throw new IllegalStateException(engine.report().explain());
        }
        engine.log().addConsumer("journal", MutationLog.GATING);
        journal.knows(engine.lastRecorded());
        writer.follow(engine.log().consumerAddress(0));
        keeper = new JournalKeeper(journal, engine.log(), engine.live(), () -> 0, 0);
        engine.serve();
    }

    private static void catchUp(JournalWriter writer, long ringEnd) {
        try {
            writer.catchUp(ringEnd);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new region with a new journal. */
    static JournalledShard create(JournalFiles files, MemorySegment region) throws IOException {
        return new JournalledShard(region, SegmentJournal.create(files, region, FILE_LENGTH));
    }

    /** The region is there still, as a kill left it. */
    static JournalledShard reopen(JournalFiles files, MemorySegment region) throws IOException {
        return new JournalledShard(region, SegmentJournal.open(files, FILE_LENGTH));
    }

    /** A region made from a journal alone, not yet attached to. */
    static MemorySegment restored(SegmentJournal journal) {
        MemorySegment region = emptyRegionOf(journal);
        RegionRestore.fill(region, journal);
        return region;
    }

    /** The same from a snapshot and the journal behind it. */
    static MemorySegment restored(Snapshot snapshot, SegmentJournal journal) throws IOException {
        MemorySegment region = emptyRegionOf(journal);
        snapshot.restoreInto(region);
        RegionRestore.complete(region, journal, snapshot.basePosition(), snapshot.sequence(), snapshot.timeNs());
        return region;
    }

    private static MemorySegment emptyRegionOf(SegmentJournal journal) {
        RegionSizing sizing = RegionHeader.ofPage(journal.regionHeader()).sizing();
        MemorySegment region = Arena.ofAuto().allocate(RegionFormatter.lengthBytes(sizing), 4096);
        RegionFormatter.formatAgain(region, journal.regionHeader(), 0);
        return region;
    }

    /** Slots and the blocks behind them: what a region is, without its log and what is derived. */
    static long digest(MemorySegment region) {
        var layout = RegionHeader.of(region).layout();
        CRC32C crc = new CRC32C();
        crc.update(region.asSlice(layout.keyedOffset(), layout.directoryOffset() - layout.keyedOffset())
                .asByteBuffer());
        long slots = crc.getValue();
        crc.update(region.asSlice(layout.slabOffset(0), layout.slabLength()).asByteBuffer());
        return slots << 32 | crc.getValue();
    }

    /** Whatever changes an entry, or several together. */
    void change(SplittableRandom random) {
        timeNs += random.nextInt(1_000);
        engine.advanceTime(timeNs);
        draw(random, key);
        drawValue(random);
        insideABatch.clear();
        switch (random.nextInt(11)) {
            case 0 -> engine.delete(key, entry);
            case 1 -> engine.clear(key, entry);
            case 2 -> engine.resolve(key, true, entry);
            case 3 -> engine.allocate(entry);
            case 4 -> engine.putFor(key, 1 + random.nextInt(10_000), value, entry);
            case 5 -> engine.touch(key, random.nextInt(10_000), entry);
            case 6 -> engine.expire(1);
            case 7 -> changeTogether(random);
            case 8 -> changeSeveral(random);
            default -> engine.put(key, value, entry);
        }
    }

    private void changeTogether(SplittableRandom random) {
        group.clear();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            draw(random, key);
            drawValue(random);
            group.put(key, Group.ANY_VERSION, value);
        }
        int status = engine.apply(group);
        assert status == Status.OK || group.length() > 0 : Status.name(status);
    }

    /** With one call, each for itself. */
    private void changeSeveral(SplittableRandom random) {
        batch.clear();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            draw(random, key);
            drawValue(random);
            batch.add(key, value);
        }
        long before = engine.sequence();
        StoreProbe.install((address, lengthBytes) -> noteInside(before, address));
        try {
            int status = engine.put(batch);
            assert status == Status.OK : Status.name(status);
        } finally {
            StoreProbe.remove();
        }
    }

    /** Before the first store of the next change's record: the change before it is applied. */
    private void noteInside(long before, long address) {
        long ring = region.address() + RegionHeader.of(region).layout().ringOffset();
        if (engine.sequence() > before && address >= ring && address < region.address() + region.byteSize()) {
            insideABatch.computeIfAbsent(engine.sequence(), sequence -> digest(region));
        }
    }

    /** By sequence, what the region was between the changes of the last call, when that was a batch. */
    Map<Long, Long> digestsInsideABatch() {
        return insideABatch;
    }

    private void drawValue(SplittableRandom random) {
        value.resize(random.nextInt(4) == 0 ? random.nextInt(LONGEST + 1) : random.nextInt(17));
        for (int i = 0; i < value.length(); i++) {
            value.putByte(i, (byte) random.nextInt());
        }
    }

    private static void draw(SplittableRandom random, Key into) {
        int n = random.nextInt(KEYS);
        byte[] bytes = new byte[1 + n % 40];
        Arrays.fill(bytes, (byte) n);
        into.set(bytes, 0, bytes.length);
    }
}
