package io.needletail.testing;

import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordChain;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RingLayout;
import io.needletail.registry.view.SlotChecksum;
import io.needletail.registry.view.SlotLayout;

/**
 * A reader of the log that does not look at one of its two seals, made out of the real one: what stands where a record may stand gets
 * the seal that the real one wants to see.
 */
public final class BelievedLog {
    /** What is not looked at. */
    public enum Ignored {
        /** What ties a record to the one before. */
        CHAIN,
        /** What covers its value. */
        CHECKSUM
    }

    private final SlotChecksum checksum;
    private final Ignored ignored;

    public BelievedLog(RegionHeader region, Ignored ignored) {
        checksum = new SlotChecksum(region.dataSetIdHigh(), region.dataSetIdLow(), region.shard());
        this.ignored = ignored;
    }

    /** Of the segment at an address, when it is open. */
    public void believe(long segment) {
        if (Loads.getLong(segment) != RingLayout.MAGIC) {
            return;
        }
        long chain = Loads.getLong(segment + RingLayout.CHAIN_OFFSET);
        long chainBefore = chain;
        long end = segment + RingLayout.SEGMENT_LENGTH;
        for (long at = segment + RingLayout.HEADER_LENGTH; at < end; ) {
            long header = Loads.getLong(at);
            int lines = RecordLayout.lines(header);
            boolean fits = lines >= 1 && (long) lines * RecordLayout.LINE_LENGTH <= end - at;
            if (!fits || (RecordLayout.flags(header) & ~RecordLayout.KNOWN_FLAGS) != 0) {
                return;
            }
            chainBefore = RecordChain.behind(chainBefore, at, header);
            if (ignored == Ignored.CHECKSUM) {
                if (Loads.getLong(at + RecordLayout.CHAIN_OFFSET) != chainBefore) {
                    return;
                }
                reseal(at, header);
            }
            chain = RecordChain.behind(chain, at, header);
            put(at + RecordLayout.CHAIN_OFFSET, chain);
            at += (long) lines * RecordLayout.LINE_LENGTH;
        }
    }

    private static void put(long address, long word) {
        if (Loads.getLong(address) != word) {
            Stores.putLong(address, word);
        }
    }

    /** One with a deadline keeps the checksum that it has. */
    private void reseal(long at, long header) {
        boolean hasDeadline = (RecordLayout.flags(header) & RecordLayout.DEADLINE) != 0;
        int word = SlotLayout.word(Loads.getLong(at + RecordLayout.SEAL_OFFSET));
        if (hasDeadline || SlotLayout.hasDeadline(word) || RecordLayout.operation(header) == RecordLayout.PAD) {
            return;
        }
        int sum = checksum.of(
                RecordLayout.slot(header),
                word,
                Loads.getLong(at + RecordLayout.VERSION_OFFSET) << 1,
                Loads.getLong(at + RecordLayout.VALUE_OFFSET),
                Loads.getLong(at + RecordLayout.VALUE_OFFSET + Long.BYTES));
        put(at + RecordLayout.SEAL_OFFSET, SlotLayout.seal(sum, word));
    }
}
