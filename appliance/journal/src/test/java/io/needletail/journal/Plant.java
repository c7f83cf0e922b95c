package io.needletail.journal;

import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RingLayout;
import io.needletail.testing.BelievedLog;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A bug around the real code, which a proof must find: what a force does is done wrong, or somebody speaks too early. */
enum Plant {
    NOTHING,
    /** The call is made, and nothing comes to the medium. */
    FORCE_DOES_NOTHING,
    /** Only the first of the files that were touched. */
    ONE_FILE_IS_FORCED,
    /** Of each file all but its last sectors. */
    THE_END_IS_NOT_FORCED,
    /** The bytes come to another place of the file. */
    FORCED_BYTES_ARE_MISDIRECTED,
    /** A bit turns over on its way. */
    A_BIT_TURNS_OVER,
    /** A new file is there, and its folder was not forced. */
    NAMES_ARE_NOT_FORCED,
    /** SYNCED is said, then forced. */
    ACKNOWLEDGED_BEFORE_THE_FORCE,
    /** What was appended is said to be synced. */
    JOURNALED_IS_TAKEN_FOR_SYNCED,
    SNAPSHOTS_ARE_NAMED_BEFORE_THEY_ARE_FORCED,
    /** The journal is given up as far as the newest snapshot goes, whatever becomes of that one. */
    THE_OLDER_SNAPSHOT_IS_FORGOTTEN,
    /** What the log was at its end is appended, and not forced. */
    SNAPSHOTS_ARE_PUBLISHED_TOO_EARLY,
    /** A start takes any record that has its own checksum. */
    THE_CHAIN_IS_IGNORED,
    /** A start takes any record that continues the chain, and a bit of a value turns over on its way. */
    CHECKSUMS_ARE_NOT_LOOKED_AT;

    private static final int SECTOR = 512;

    /** What is on the medium behind a force. */
    void force(MemorySegment live, MemorySegment durable, boolean isFirst) {
        switch (this) {
            case FORCE_DOES_NOTHING -> {}
            case ONE_FILE_IS_FORCED -> durable.copyFrom(isFirst ? live : durable);
            case THE_END_IS_NOT_FORCED -> forceAllButTheEnd(live, durable);
            case FORCED_BYTES_ARE_MISDIRECTED -> misdirect(live, durable);
            case A_BIT_TURNS_OVER -> turnABitOver(live, durable, RecordLayout.HEADER_OFFSET);
            case CHECKSUMS_ARE_NOT_LOOKED_AT -> turnABitOver(live, durable, RecordLayout.VALUE_OFFSET);
            default -> durable.copyFrom(live);
        }
    }

    /** What a start sees of a file. */
    void read(MemorySegment file) {
        if (this != THE_CHAIN_IS_IGNORED && this != CHECKSUMS_ARE_NOT_LOOKED_AT) {
            return;
        }
        MemorySegment page = file.asSlice(JournalLayout.REGION_HEADER_OFFSET, RegionLayout.HEADER_LENGTH);
        BelievedLog log = new BelievedLog(
                RegionHeader.ofPage(page),
                this == THE_CHAIN_IS_IGNORED ? BelievedLog.Ignored.CHAIN : BelievedLog.Ignored.CHECKSUM);
        for (long at = JournalLayout.LOG_OFFSET; at < file.byteSize(); at += RingLayout.SEGMENT_LENGTH) {
            log.believe(file.address() + at);
        }
    }

    /** The journal as who takes snapshots sees it. */
    SnapshottedLog snapshotted(SegmentJournal journal) {
        return this == SNAPSHOTS_ARE_PUBLISHED_TOO_EARLY ? new TakenForForced(journal) : journal;
    }

    /** All of it is said to be forced. */
    private record TakenForForced(SegmentJournal journal) implements SnapshottedLog {
        @Override
        public long forcedPosition() {
            return Long.MAX_VALUE;
        }

        @Override
        public long sequence() {
            return journal.sequence();
        }

        @Override
        public long timeNs() {
            return journal.timeNs();
        }

        @Override
        public void covered(long before) {
            journal.covered(before);
        }
    }

    /** Where the last change of this force stands. */
    private static long lastDifference(MemorySegment live, MemorySegment durable) {
        for (long at = live.byteSize() - SECTOR; at >= JournalLayout.LOG_OFFSET; at -= SECTOR) {
            if (live.asSlice(at, SECTOR).mismatch(durable.asSlice(at, SECTOR)) >= 0) {
                return at;
            }
        }
        return -1;
    }

    private static void forceAllButTheEnd(MemorySegment live, MemorySegment durable) {
        long last = lastDifference(live, durable);
        if (last > 0) {
            durable.asSlice(0, last).copyFrom(live.asSlice(0, last));
        }
    }

    private static void misdirect(MemorySegment live, MemorySegment durable) {
        long last = lastDifference(live, durable);
        byte[] before = last < 0 ? null : durable.asSlice(last, SECTOR).toArray(ValueLayout.JAVA_BYTE);
        durable.copyFrom(live);
        if (before != null && last + 2L * SECTOR <= durable.byteSize()) {
            durable.asSlice(last + SECTOR, SECTOR).copyFrom(live.asSlice(last, SECTOR));
            durable.asSlice(last, SECTOR).copyFrom(MemorySegment.ofArray(before));
        }
    }

    private static void turnABitOver(MemorySegment live, MemorySegment durable, int offset) {
        long last = lastDifference(live, durable);
        durable.copyFrom(live);
        if (last > 0) {
            byte before = durable.get(ValueLayout.JAVA_BYTE, last + offset);
            durable.set(ValueLayout.JAVA_BYTE, last + offset, (byte) (before ^ 1));
        }
    }
}
