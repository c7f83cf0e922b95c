package io.needletail.journal.snapshot;

import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.SlotLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * What of a region a snapshot keeps, as one row of bytes, copied while its owner changes it. Slots come by the readers' protocol: key,
 * deadline and value of one version. A slot that changes too often to be caught is copied torn, and so is a block of the slab that
 * goes to another entry meanwhile: the log from the snapshot's base on has their later state, whole.
 */
final class RegionBody {
    private static final int TRIES = 1_000;

    private final long base;
    private final long keyed;
    private final long anonymous;
    private final long slotsLength;
    private final long slabOffset;
    private final long slabLength;
    private long torn;
    private boolean hasTornClient;

    RegionBody(MemorySegment region) {
        RegionLayout layout = RegionHeader.of(region).layout();
        base = region.address();
        keyed = layout.keyedOffset();
        anonymous = layout.anonymousOffset();
        slotsLength = layout.directoryOffset() - RegionLayout.BODY_OFFSET;
        slabOffset = layout.slabOffset(0);
        slabLength = layout.slabLength();
    }

    long length() {
        return slotsLength + slabLength;
    }

    /** How many slots could not be caught between two changes. */
    long torn() {
        return torn;
    }

    /** Whether an entry of the retry table was copied torn: it is checked before the log is applied, so that will not do. */
    boolean hasTornClient() {
        return hasTornClient;
    }

    /** Forgets what was torn before. */
    void begin() {
        torn = 0;
        hasTornClient = false;
    }

    /** Copies a piece that begins and ends where a page does, or where the body ends. */
    void copy(long offset, long length, long target) {
        assert offset % RegionLayout.PAGE_LENGTH == 0 : "offset=" + offset;
        for (long done = 0; done < length; ) {
            long piece = Math.min(RegionLayout.PAGE_LENGTH, length - done);
            copyPage(offset + done, piece, target + done);
            done += piece;
        }
    }

    /** Every area begins on a page. */
    private void copyPage(long offset, long length, long target) {
        if (offset >= slotsLength) {
            Stores.copy(base + slabOffset + offset - slotsLength, target, length);
            return;
        }
        long at = RegionLayout.BODY_OFFSET + offset;
        if (at < keyed) {
            copyEach(base + at, length, RetryLayout.ENTRY_LENGTH, target, false);
        } else {
            int unit = at < anonymous ? SlotLayout.KEYED_LENGTH : SlotLayout.ANONYMOUS_LENGTH;
            copyEach(base + at, length, unit, target, true);
        }
    }

    private void copyEach(long from, long length, int unit, long target, boolean hasVersion) {
        for (long done = 0; done < length; done += unit) {
            int tries = 0;
            while (!(hasVersion
                            ? copySlot(from + done, unit, target + done)
                            : copyTwice(from + done, unit, target + done))
                    && tries < TRIES) {
                tries++;
                Thread.onSpinWait();
            }
            torn += tries == TRIES ? 1 : 0;
            hasTornClient |= tries == TRIES && !hasVersion;
        }
    }

    /** False when the slot changed meanwhile. */
    private static boolean copySlot(long from, int length, long target) {
        long version = Loads.getLongAcquire(from);
        for (int offset = 0; offset < length; offset += Long.BYTES) {
            Stores.putLong(target + offset, Loads.getLongOpaque(from + offset));
        }
        VarHandle.loadLoadFence();
        Stores.putLong(target, version);
        return (version & 1) == 0 && Loads.getLongOpaque(from) == version;
    }

    /** What has no version is copied until it is the same twice. */
    private static boolean copyTwice(long from, int length, long target) {
        boolean isSame = true;
        for (int offset = 0; offset < length; offset += Long.BYTES) {
            Stores.putLong(target + offset, Loads.getLongOpaque(from + offset));
        }
        VarHandle.loadLoadFence();
        for (int offset = 0; offset < length; offset += Long.BYTES) {
            isSame &= Loads.getLongOpaque(from + offset) == Loads.getLong(target + offset);
        }
        return isSame;
    }

    /** Puts a piece where it belongs in an empty region. */
    void restore(long offset, long length, long source) {
        long inSlots = Math.max(0, Math.min(length, slotsLength - offset));
        Stores.copy(source, base + RegionLayout.BODY_OFFSET + offset, inSlots);
        Stores.copy(source + inSlots, base + slabOffset + offset + inSlots - slotsLength, length - inSlots);
    }
}
