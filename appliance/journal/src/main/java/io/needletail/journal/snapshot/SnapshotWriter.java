package io.needletail.journal.snapshot;

import io.needletail.journal.SnapshottedLog;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.view.MonotonicClock;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RingLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.agrona.concurrent.Agent;

/**
 * Takes snapshots of a region beside its shard, some blocks a turn. One is published only when the journal is forced past the log's
 * position at the end of the copying. Most are increments: they have the blocks that are not what they were in the one before. What goes
 * wrong with a snapshot costs the snapshot, and is said.
 *
 * <p>A <i>chain</i> is a whole snapshot with its increments. Two chains are kept, and of the journal what the last snapshot of the older
 * one needs: whatever becomes of the newer one's files, the older one is enough. Retention keeps more of both.
 */
public final class SnapshotWriter implements Agent {
    /** As many chains are kept: the newest is enough, the other is for the case that it is damaged. */
    static final int KEPT = 2;

    /** A start reads all of a chain, and a damaged file costs all behind it. */
    static final int LONGEST_CHAIN = 8;

    private static final int BLOCKS_A_TURN = 16;

    private enum Step {
        RESTS,
        COPIES,
        WAITS_FOR_THE_SHARD,
        WAITS_FOR_THE_JOURNAL
    }

    private final SnapshottedLog journal;
    private final SnapshotFiles files;
    private final MemorySegment region;
    private final LiveHeader live;
    private final RegionBody body;
    private final LongSupplier pulse;
    private final MonotonicClock clock;
    private final long intervalNs;
    private final Retention retention;
    private final Consumer<String> log;

    private final MemorySegment header = Arena.ofAuto().allocate(RegionLayout.HEADER_LENGTH, Long.BYTES);
    private final MemorySegment block = Arena.ofAuto().allocate(SnapshotLayout.BLOCK, RegionLayout.PAGE_LENGTH);
    private final MemorySegment table;
    private final CRC32C crc = new CRC32C();
    private final ChangedBlocks changed;
    private MessageDigest digest;
    private long fileBlocks;
    /** Of the snapshot that the next one may be an increment to; 0 for none. */
    private long parentEnd;

    private byte[] parentDigest = new byte[SnapshotLayout.DIGEST_LENGTH];
    private int chainLength;
    /** Where the log begins that is kept for the chain before this one. */
    private long keptFrom;

    private boolean isIncrement;

    private Step step = Step.RESTS;
    private SnapshotFiles.Unfinished unfinished;
    private long next;
    private long base;
    private long end;
    private long lastEnd;
    private long pulseBehindTheCopy;
    private long begunNs;
    private long taken;
    private long failed;

    /**
     * Goes on from the snapshots that are there.
     *
     * @param pulse another number behind each change that is whole: the shard moves it between two of them, now and then
     * @param intervalNs from the beginning of one to that of the next, while there is something new
     * @param retention of older ones
     * @param log is told of every snapshot
     */
    public SnapshotWriter(
            SnapshottedLog journal,
            SnapshotFiles files,
            MemorySegment region,
            LongSupplier pulse,
            MonotonicClock clock,
            long intervalNs,
            Retention retention,
            Consumer<String> log) {
        this.journal = journal;
        this.files = files;
        this.region = region;
        this.pulse = pulse;
        this.clock = clock;
        this.intervalNs = intervalNs;
        this.retention = retention;
        this.log = log;
        live = new LiveHeader(region.address());
        body = new RegionBody(region);
        long blocks = SnapshotLayout.blocks(body.length());
        table = Arena.ofAuto().allocate(blocks * SnapshotLayout.ENTRY_LENGTH, Long.BYTES);
        changed = new ChangedBlocks(blocks);
        begunNs = clock.nowNs();
    }

    @Override
    public int doWork() {
        try {
            return switch (step) {
                case RESTS -> isDue() ? begin() : 0;
                case COPIES -> copyBlocks();
                case WAITS_FOR_THE_SHARD -> pulse.getAsLong() != pulseBehindTheCopy ? takeEnd() : 0;
                case WAITS_FOR_THE_JOURNAL -> journal.forcedPosition() >= end ? publish() : 0;
            };
        } catch (IOException e) {
            give(e);
            return 0;
        }
    }

    private boolean isDue() {
        return clock.nowNs() - begunNs >= intervalNs && live.appliedPosition() > lastEnd;
    }

    /** Begins with the next turn, however short ago the last one was. */
    public void hurry() {
        begunNs = clock.nowNs() - intervalNs;
    }

    /** Every change before the base is in the region now, and so in what is copied from here on. */
    private int begin() throws IOException {
        begunNs = clock.nowNs();
        base = RingLayout.baseOf(live.appliedPosition() - 1);
        isIncrement = parentEnd != 0 && chainLength < LONGEST_CHAIN && base - keptFrom < body.length();
        fileBlocks = 0;
        unfinished = files.begin(SnapshotLayout.fileLength(body.length(), SnapshotLayout.blocks(body.length())));
        digest = Snapshot.sha256();
        MemorySegment page = region.asSlice(0, RegionLayout.HEADER_LENGTH);
        unfinished.write(SnapshotLayout.REGION_HEADER_OFFSET, page);
        digest.update(page.asByteBuffer());
        body.begin();
        next = 0;
        step = Step.COPIES;
        return 1;
    }

    private int copyBlocks() throws IOException {
        long blocks = SnapshotLayout.blocks(body.length());
        for (int i = 0; i < BLOCKS_A_TURN && next < blocks; i++) {
            copyBlock(next++);
        }
        if (next == blocks) {
            finish();
        }
        return 1;
    }

    private void copyBlock(long index) throws IOException {
        long offset = index * SnapshotLayout.BLOCK;
        long length = Math.min(SnapshotLayout.BLOCK, body.length() - offset);
        block.asSlice(length).fill((byte) 0);
        body.copy(offset, length, block.address());
        crc.reset();
        crc.update(block.asByteBuffer());
        boolean isWritten = changed.note(index, block) || !isIncrement;
        long entry = index * SnapshotLayout.ENTRY_LENGTH;
        table.set(ValueLayout.JAVA_INT_UNALIGNED, entry, isWritten ? (int) fileBlocks + 1 : 0);
        table.set(ValueLayout.JAVA_INT_UNALIGNED, entry + Integer.BYTES, (int) crc.getValue());
        if (isWritten) {
            digest.update(block.asByteBuffer());
            unfinished.write(SnapshotLayout.tableOffset(fileBlocks++), block);
        }
    }

    private void finish() throws IOException {
        if (body.hasTornClient()) {
            throw new IOException("a client repeats so fast that its entry could not be copied whole");
        }
        unfinished.write(SnapshotLayout.tableOffset(fileBlocks), table);
        digest.update(table.asByteBuffer());
        pulseBehindTheCopy = pulse.getAsLong();
        step = Step.WAITS_FOR_THE_SHARD;
    }

    /** A change that was under way when the copying ended, and of which a slot may have been copied, is before the end. */
    private int takeEnd() {
        end = live.appliedPosition();
        step = Step.WAITS_FOR_THE_JOURNAL;
        return 1;
    }

    private int publish() throws IOException {
        header.fill((byte) 0);
        putLong(0, SnapshotLayout.MAGIC);
        putLong(8, SnapshotLayout.FORMAT);
        putLong(SnapshotLayout.BASE_OFFSET, base);
        putLong(SnapshotLayout.END_OFFSET, end);
        putLong(SnapshotLayout.SEQUENCE_OFFSET, journal.sequence());
        putLong(SnapshotLayout.TIME_OFFSET, Math.max(live.engineTimeNs(), journal.timeNs()));
        putLong(SnapshotLayout.BODY_LENGTH_OFFSET, body.length());
        byte[] ownDigest = digest.digest();
        putLong(SnapshotLayout.PARENT_OFFSET, isIncrement ? parentEnd : 0);
        putLong(SnapshotLayout.BLOCKS_OFFSET, fileBlocks);
        put(SnapshotLayout.DIGEST_OFFSET, ownDigest);
        if (isIncrement) {
            put(SnapshotLayout.PARENT_DIGEST_OFFSET, parentDigest);
        }
        SnapshotLayout.seal(header);
        unfinished.write(0, header);
        unfinished.force();
        unfinished.publish(SnapshotLayout.name(end));
        unfinished = null;
        step = Step.RESTS;
        lastEnd = end;
        taken++;
        log.accept((isIncrement ? "increment" : "snapshot") + " of position " + end + ": "
                + SnapshotLayout.fileLength(body.length(), fileBlocks) + " bytes");
        noteParent(ownDigest);
        giveUp();
        return 1;
    }

    /** The next one has what has changed since; when that was most of it, it is whole again. */
    private void noteParent(byte[] ownDigest) {
        chainLength = isIncrement ? chainLength + 1 : 1;
        boolean isMost = isIncrement && 2 * fileBlocks > SnapshotLayout.blocks(body.length());
        parentEnd = isMost ? 0 : end;
        parentDigest = ownDigest;
    }

    private void giveUp() {
        try {
            giveUpOlder();
        } catch (IOException e) {
            log.accept("snapshots that are no longer needed could not be given up: " + e.getMessage());
        }
    }

    private void put(int offset, byte[] bytes) {
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, header, offset, bytes.length);
    }

    private void putLong(long offset, long value) {
        header.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value);
    }

    /** Of two chains either is enough, and the journal goes back to what the older one's last needs. */
    private void giveUpOlder() throws IOException {
        List<SnapshotChain> chains = new ArrayList<>(SnapshotChain.of(files));
        while (chains.size() > KEPT && mayGo(chains)) {
            chains.removeFirst().delete(files);
        }
        if (chains.isEmpty() || chains.getLast().lastEnd() != lastEnd) {
            parentEnd = 0;
            log.accept(
                    "DAMAGED SNAPSHOT: what was just taken cannot be read, or what it is an increment to; the next one is whole");
        }
        if (chains.size() >= KEPT) {
            keptFrom = chains.get(chains.size() - KEPT).lastBase();
            journal.covered(needed(chains));
        }
    }

    /** Where the log begins that is kept: as far back as times are to be restored, while all of it takes no more than it may. */
    private long needed(List<SnapshotChain> chains) {
        SnapshotChain newest = chains.getLast();
        long forLog = retention.mostBytes() - lengthBytes(chains);
        return chains.getFirst().basesFor(newest.lastTimeNs() - retention.keepNs()).stream()
                .filter(base -> newest.lastEnd() - base <= forLog)
                .findFirst()
                .orElse(chains.getFirst().lastBase());
    }

    private static long lengthBytes(List<SnapshotChain> chains) {
        return chains.stream().mapToLong(SnapshotChain::lengthBytes).sum();
    }

    /** The oldest, when the one behind it goes as far back as is kept, or all of them take more than they may. */
    private boolean mayGo(List<SnapshotChain> chains) {
        SnapshotChain newest = chains.getLast();
        long log = newest.lastEnd() - chains.getFirst().lastBase();
        long bytes = log + lengthBytes(chains);
        return newest.lastTimeNs() - chains.get(1).lastTimeNs() >= retention.keepNs() || bytes > retention.mostBytes();
    }

    private void give(IOException why) {
        failed++;
        log.accept("a snapshot was given up: " + why.getMessage());
        if (unfinished != null) {
            unfinished.discard();
            unfinished = null;
        }
        parentEnd = 0; // what was noted of its blocks is in no file
        step = Step.RESTS;
    }

    /** Snapshots that were published. */
    public long taken() {
        return taken;
    }

    /** Snapshots that were given up. */
    public long failed() {
        return failed;
    }

    @Override
    public void onClose() {
        if (unfinished != null) {
            unfinished.discard();
        }
    }

    @Override
    public String roleName() {
        return "snapshots";
    }
}
