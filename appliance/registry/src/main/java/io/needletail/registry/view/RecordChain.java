package io.needletail.registry.view;

/**
 * The 64-bit multiply chain that seals a record's fields and ties it to the record before. The fields are multiplied side
 * by side with different odd constants, so the chain costs one dependent multiplication a record. The value is not in it:
 * the slot checksum in the seal covers the value, and one pass over it is enough.
 */
public final class RecordChain {
    private static final long K_HEADER = 0x9E37_79B9_7F4A_7C15L;
    private static final long K_VERSION = 0xBF58_476D_1CE4_E5B9L;
    private static final long K_SEAL = 0x94D0_49BB_1331_11EBL;
    private static final long K_TIME = 0xD6E8_FEB8_6659_FD93L;
    private static final long K_ORIGIN = 0xA076_1D64_78BD_642FL;
    private static final long K_LINK = 0xE703_7ED1_A0B4_28DBL;

    private RecordChain() {}

    /** The chain before the first record of an epoch: another data set's, shard's or epoch's records do not continue it. */
    public static long seed(long dataSetIdHigh, long dataSetIdLow, int shard, long epoch) {
        assert epoch >= 1 : "epoch=" + epoch;
        assert shard >= 0 : "shard=" + shard;
        return link(link(dataSetIdHigh, dataSetIdLow * K_VERSION), epoch * K_HEADER + shard * K_ORIGIN);
    }

    public static long next(long previous, long header, long version, long seal, long timeNs, long origin) {
        return link(
                previous,
                header * K_HEADER + version * K_VERSION + seal * K_SEAL + timeNs * K_TIME + origin * K_ORIGIN);
    }

    /** Behind the record that stands at an address, all of its lines; who asks knows that they lie in memory. */
    public static long behind(long previous, long recordAddress, long header) {
        int lines = RecordLayout.lines(header);
        boolean isOneLine = lines == 1 || RecordLayout.operation(header) == RecordLayout.PAD;
        long next = next(
                previous,
                header,
                Loads.getLong(recordAddress + RecordLayout.VERSION_OFFSET),
                Loads.getLong(recordAddress + RecordLayout.SEAL_OFFSET),
                Loads.getLong(recordAddress + RecordLayout.TIME_OFFSET),
                Loads.getLong(recordAddress + RecordLayout.ORIGIN_OFFSET));
        return isOneLine ? next : extend(next, recordAddress, lines);
    }

    /** Continues with the extension words of a record that has more than one line. */
    public static long extend(long chain, long recordAddress, int lines) {
        assert lines >= 1 && lines <= 0xFFFF : "lines=" + lines;
        assert recordAddress % RecordLayout.LINE_LENGTH == 0 : "recordAddress=" + recordAddress;
        long extended = chain;
        long end = recordAddress + (long) lines * RecordLayout.LINE_LENGTH;
        for (long at = recordAddress + RecordLayout.EXTENSION_OFFSET; at < end; at += Long.BYTES) {
            extended = link(extended, Loads.getLong(at) * K_SEAL);
        }
        return extended;
    }

    private static long link(long previous, long word) {
        long mixed = (previous ^ word) * K_LINK;
        return mixed ^ (mixed >>> 32);
    }
}
