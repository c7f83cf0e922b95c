package io.needletail.registry;

import io.needletail.registry.view.Addresses;
import io.needletail.registry.view.LeaseSeal;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionState;
import java.lang.invoke.VarHandle;

/**
 * The owner's side of the live header lines. Everything here is written with release by the shard's owner and read with
 * acquire (state also opaque, as a reader's last load) by readers and tools; consumer positions go the other way.
 */
public final class LiveHeader {
    private final long baseUnits;

    public LiveHeader(long regionAddress) {
        assert regionAddress > 0 : "address=" + regionAddress;
        assert regionAddress % RegionLayout.PAGE_LENGTH == 0 : "address=" + regionAddress;
        baseUnits = Addresses.units(regionAddress);
    }

    private long base() {
        return Addresses.of(baseUnits);
    }

    /** Makes the lines those of an earlier moment, whatever they say now: what they said on a medium that outlived the power. */
    public void restore(long stateWord, long epochFirstVersion, long engineTimeNs, long appliedPosition) {
        Stores.putLongRelease(base() + RegionLayout.STATE_OFFSET, stateWord);
        Stores.putLongRelease(base() + RegionLayout.EPOCH_FIRST_VERSION_OFFSET, epochFirstVersion);
        Stores.putLongRelease(base() + RegionLayout.ENGINE_TIME_OFFSET, engineTimeNs);
        Stores.putLongRelease(base() + RegionLayout.APPLIED_POSITION_OFFSET, appliedPosition);
    }

    public int state() {
        return RegionState.state(stateWord());
    }

    public long epoch() {
        return RegionState.epoch(stateWord());
    }

    public long stateWord() {
        return Loads.getLongAcquire(base() + RegionLayout.STATE_OFFSET);
    }

    public void state(int state, long epoch) {
        Stores.putLongRelease(base() + RegionLayout.STATE_OFFSET, RegionState.of(state, epoch));
    }

    /** The first sequence of this epoch: the next epoch starts above it even when nothing was written in this one. */
    public long epochFirstVersion() {
        return Loads.getLong(base() + RegionLayout.EPOCH_FIRST_VERSION_OFFSET);
    }

    public void epochFirstVersion(long sequence) {
        assert sequence > epochFirstVersion() : "sequence=" + sequence + " before=" + epochFirstVersion();
        Stores.putLongRelease(base() + RegionLayout.EPOCH_FIRST_VERSION_OFFSET, sequence);
    }

    /** Engine time when this epoch began: time never goes back, not over epochs without a change either. */
    public long engineTimeNs() {
        return Loads.getLong(base() + RegionLayout.ENGINE_TIME_OFFSET);
    }

    public void engineTimeNs(long timeNs) {
        assert timeNs >= engineTimeNs() : "timeNs=" + timeNs + " before=" + engineTimeNs();
        Stores.putLongRelease(base() + RegionLayout.ENGINE_TIME_OFFSET, timeNs);
    }

    /** The same for readers on other machines too. */
    public void leaseUntilNs(long untilNs, long nowNs) {
        leaseUntilNs(untilNs, nowNs, 0);
    }

    /**
     * The same of a mirror.
     *
     * @param asOfNs every change that the primary had made by then is applied; 0 while nothing is known. For readers on this machine it is
     *     stored with release: who loads it first and an entry behind it has what it says
     */
    public void leaseUntilNs(long untilNs, long nowNs, long asOfNs) {
        Stores.putLong(base() + RegionLayout.LEASE_LEFT_OFFSET, untilNs - nowNs);
        Stores.putLong(base() + RegionLayout.LEASE_SEAL_OFFSET, LeaseSeal.of(untilNs, untilNs - nowNs, asOfNs));
        Stores.putLongRelease(base() + RegionLayout.AS_OF_OFFSET, asOfNs);
        leaseUntilNs(untilNs);
    }

    /** For readers on this machine, by their own clock. */
    public void leaseUntilNs(long untilNs) {
        Stores.putLongRelease(base() + RegionLayout.LEASE_OFFSET, untilNs);
    }

    public long leaseUntilNs() {
        return Loads.getLongAcquire(base() + RegionLayout.LEASE_OFFSET);
    }

    public long appliedPosition() {
        return Loads.getLongAcquire(base() + RegionLayout.APPLIED_POSITION_OFFSET);
    }

    public void appliedPosition(long position) {
        assert position >= appliedPosition() : "position=" + position + " before=" + appliedPosition();
        assert (position & 63) == 0 : "position=" + position;
        Stores.putLongRelease(base() + RegionLayout.APPLIED_POSITION_OFFSET, position);
    }

    /** The sequence up to which a level above memory has come. */
    public long reached(int level) {
        return Loads.getLongAcquire(base() + RegionLayout.levelOffset(level));
    }

    /** Says that everything up to a sequence has reached a level; for the one who brought it there. */
    public void reached(int level, long sequence) {
        assert sequence >= reached(level) : "level=" + Level.name(level) + " sequence=" + sequence;
        Stores.putLongRelease(base() + RegionLayout.levelOffset(level), sequence);
    }

    /** Odd while a group is being applied. */
    public long groupSequence() {
        return Loads.getLongAcquire(base() + RegionLayout.GROUP_SEQUENCE_OFFSET);
    }

    /** The entries of a group change from here on; pairs with the readers' first load of the group sequence. */
    public void beginGroup() {
        assert (groupSequence() & 1) == 0 : "begun twice: groupSequence=" + groupSequence();
        Stores.putLongOpaque(base() + RegionLayout.GROUP_SEQUENCE_OFFSET, groupSequence() + 1);
        VarHandle.storeStoreFence();
    }

    /** All entries of the group have changed; also after a crash inside a group, once it was replayed. */
    public void endGroup() {
        Stores.putLongRelease(base() + RegionLayout.GROUP_SEQUENCE_OFFSET, (groupSequence() + 1) & -2L);
    }

    /** Where consumer {@code index} keeps its position, and 8 bytes further its mode. */
    public long consumerAddress(int index) {
        assert index >= 0 && index < RegionLayout.MAX_CONSUMERS : "index=" + index;
        return base() + RegionLayout.CONSUMERS_OFFSET + (long) index * RegionLayout.LIVE_LINE_LENGTH;
    }
}
