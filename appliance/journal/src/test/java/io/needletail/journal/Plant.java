package io.needletail.journal;

import java.lang.foreign.MemorySegment;

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
    THE_OLDER_SNAPSHOT_IS_FORGOTTEN;

    private static final int SECTOR = 512;

    /** What is on the medium behind a force. */
    void force(MemorySegment live, MemorySegment durable, boolean isFirst) {
        switch (this) {
            case FORCE_DOES_NOTHING -> {}
            case ONE_FILE_IS_FORCED -> durable.copyFrom(isFirst ? live : durable);
            case THE_END_IS_NOT_FORCED -> forceAllButTheEnd(live, durable);
            case FORCED_BYTES_ARE_MISDIRECTED -> misdirect(live, durable);
            case A_BIT_TURNS_OVER -> turnABitOver(live, durable);
            default -> durable.copyFrom(live);
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
        byte[] before =
                last < 0 ? null : durable.asSlice(last, SECTOR).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        durable.copyFrom(live);
        if (before != null && last + 2L * SECTOR <= durable.byteSize()) {
            durable.asSlice(last + SECTOR, SECTOR).copyFrom(live.asSlice(last, SECTOR));
            durable.asSlice(last, SECTOR).copyFrom(MemorySegment.ofArray(before));
        }
    }

    private static void turnABitOver(MemorySegment live, MemorySegment durable) {
        long last = lastDifference(live, durable);
        durable.copyFrom(live);
        if (last > 0) {
            byte before = durable.get(java.lang.foreign.ValueLayout.JAVA_BYTE, last);
            durable.set(java.lang.foreign.ValueLayout.JAVA_BYTE, last, (byte) (before ^ 1));
        }
    }
}
