package io.needletail.replication;

import io.needletail.engine.MirrorLog;
import io.needletail.rdma.PostedReads;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.registry.CopiedSlots;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.SlotLayout;
import java.util.function.LongSupplier;

/**
 * Copies the primary's region by one-sided reads, beside the log that arrives meanwhile: the primary does nothing for it. A slot is read three
 * times; the second reading counts when the version was the same before and after it, because the key is not in the slot's checksum. Long
 * keys and values have CRCs of their own. Slots are copied in order; see {@link MirrorLog#copied} for how they meet the log.
 */
final class RegionCopy {
    private static final int READINGS = 3;
    private static final int TRIES = 1_000;

    private final Member member;
    private final RegionHeader theirs;
    private final LongSupplier clock;
    private final RegisteredRegion scratch;
    private final PostedReads reads;
    private final CopiedSlots slots;
    private final long total;
    private final int together;
    private final long readingLength;
    private final long blockOffset;
    private long next;

    /** @param theirs the header of the region that is copied; this side's has no fewer slots and blocks */
    RegionCopy(
            Member member,
            MemberCard from,
            RegionHeader theirs,
            MirrorLog log,
            RegisteredRegion scratch,
            LongSupplier clock) {
        this.member = member;
        this.theirs = theirs;
        this.clock = clock;
        together = member.timing().copiedTogether();
        readingLength = (long) together * SlotLayout.KEYED_LENGTH;
        blockOffset = READINGS * readingLength;
        slots = new CopiedSlots(log.registry());
        this.scratch = scratch;
        reads = new PostedReads(member.links().endpoint(), member.links().peer(from), scratch, from.region(), clock);
        total = theirs.sizing().keyedSlots() + theirs.sizing().anonymousSlots();
    }

    /** Bytes of the memory that a copy of this region is read into. */
    static long scratchLength(Member member, RegionHeader header) {
        long longest =
                Math.max(header.sizing().maxValueLength(), header.sizing().maxKeyLength());
        return (long) READINGS * member.timing().copiedTogether() * SlotLayout.KEYED_LENGTH
                + Math.max(RegionLayout.PAGE_LENGTH, longest + 64);
    }

    private boolean read(long into, long from, long length) {
        reads.begin();
        long untilNs = clock.getAsLong() + member.timing().readNs();
        return reads.add(into, from, length, untilNs) && reads.await(untilNs);
    }

    /** The primary's applied position now; negative when it cannot be read, or the primary is not of this epoch. */
    long appliedPosition(long epoch) {
        long length = RegionLayout.APPLIED_POSITION_OFFSET + Long.BYTES - RegionLayout.LIVE_OFFSET;
        if (!read(0, RegionLayout.LIVE_OFFSET, length)) {
            return -1;
        }
        long live = scratch.memory().address() - RegionLayout.LIVE_OFFSET;
        boolean isOfEpoch = RegionState.epoch(Loads.getLong(live + RegionLayout.STATE_OFFSET)) == epoch;
        return isOfEpoch ? Loads.getLong(live + RegionLayout.APPLIED_POSITION_OFFSET) : -1;
    }

    /** Before the first record is kept: what clients were told of their requests until now. */
    boolean copyRetryTable() {
        int count = theirs.sizing().retrySessions();
        int entries = (int) (blockOffset / RetryLayout.ENTRY_LENGTH);
        for (int first = 0; first < count; first += entries) {
            int some = Math.min(entries, count - first);
            if (!copyRetryEntries(first, some)) {
                return false;
            }
        }
        return slots.loadRetryTable();
    }

    private boolean copyRetryEntries(int first, int count) {
        for (int tries = 0; tries < TRIES; tries++) {
            long offset = theirs.layout().retryOffset() + (long) first * RetryLayout.ENTRY_LENGTH;
            if (!read(0, offset, (long) count * RetryLayout.ENTRY_LENGTH)) {
                return false;
            }
            if (slots.putRetryEntries(scratch.memory().address(), first, count)) {
                return true;
            }
        }
        return false;
    }

    boolean isDone() {
        return next == total;
    }

    /** Slots that were copied. */
    long done() {
        return next;
    }

    long total() {
        return total;
    }

    /** Copies the next slots, of one kind; false when the primary cannot be read. */
    boolean copySome() {
        long keyed = theirs.sizing().keyedSlots();
        long end = next < keyed ? keyed : total;
        int count = (int) Math.min(together, end - next);
        boolean isRead = count == 0 || readThrice(next, count);
        for (int i = 0; i < count && isRead; i++) {
            isRead = take(next + i, i);
        }
        next += isRead ? count : 0;
        return isRead;
    }

    private int slotLength(long slot) {
        return slot < theirs.sizing().keyedSlots() ? SlotLayout.KEYED_LENGTH : SlotLayout.ANONYMOUS_LENGTH;
    }

    private long slotOffset(long slot) {
        long keyed = theirs.sizing().keyedSlots();
        return slot < keyed
                ? theirs.layout().keyedOffset() + slot * SlotLayout.KEYED_LENGTH
                : theirs.layout().anonymousOffset() + (slot - keyed) * SlotLayout.ANONYMOUS_LENGTH;
    }

    private boolean readThrice(long first, int count) {
        long length = (long) count * slotLength(first);
        for (int reading = 0; reading < READINGS; reading++) {
            if (!read(reading * readingLength, slotOffset(first), length)) {
                return false;
            }
        }
        return true;
    }

    /** Until it stood still while it was read; false when it cannot be read. */
    private boolean take(long slot, int place) {
        int at = place;
        for (int tries = 0; tries < TRIES; tries++) {
            long address = scratch.memory().address() + (long) at * slotLength(slot);
            if (isTheSame(address) && putSlot(slot, address + readingLength)) {
                return true;
            }
            at = 0;
            if (reads.isBroken() || !readThrice(slot, 1)) {
                return false;
            }
        }
        return false;
    }

    private boolean isTheSame(long first) {
        long before = Loads.getLong(first);
        long after = Loads.getLong(first + 2 * readingLength);
        return !member.rules().hold(Rule.COPIED_BETWEEN_EQUAL_VERSIONS)
                || before == after && (before & 1) == 0 && Loads.getLong(first + readingLength) == before;
    }

    /** The blocks that it names, then the slot; false when one of them has been used again since. */
    private boolean putSlot(long slot, long address) {
        if (!slots.isWhole(slot, address)) {
            return false;
        }
        return copyBlock(slots.keyBlock(slot, address), slots.keyLength(address), slots.keyCrc(address))
                && copyBlock(slots.valueBlock(slot, address), slots.valueLength(address), slots.valueCrc(address))
                && slots.put(slot, address);
    }

    private boolean copyBlock(long block, int length, int crc) {
        return block == CopiedSlots.NO_BLOCK
                || read(blockOffset, slots.offset(block, theirs.layout()), length)
                        && slots.putBlock(block, scratch.memory().address() + blockOffset, length, crc);
    }
}
