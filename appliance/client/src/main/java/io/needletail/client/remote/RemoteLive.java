package io.needletail.client.remote;

import io.needletail.registry.view.LeaseSeal;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A region's live lines as the last read found them: state and epoch, lease, how far levels have come. */
final class RemoteLive {
    private final MemorySegment memory;
    private final long base;
    private final boolean takesMirror;
    private long servingWord;

    /** @param takesMirror whether it is a mirror's region, in that epoch */
    RemoteLive(MemorySegment memory, long epoch, boolean takesMirror) {
        this.memory = memory;
        this.takesMirror = takesMirror;
        base = memory.address() + RemoteLayout.LIVE_OFFSET - RegionLayout.LIVE_OFFSET;
        adopt(takesMirror ? RegionState.MIRROR : RegionState.SERVING, epoch);
    }

    private void adopt(int state, long epoch) {
        servingWord = RegionState.of(state, epoch);
    }

    /** The epoch that the last read found, and whether it is a mirror's. */
    void adopt() {
        boolean isMirror = takesMirror && RegionState.state(stateWord()) == RegionState.MIRROR;
        adopt(isMirror ? RegionState.MIRROR : RegionState.SERVING, RegionState.epoch(stateWord()));
    }

    boolean isMirror() {
        return RegionState.state(servingWord) == RegionState.MIRROR;
    }

    /** What a read that brings nothing leaves behind is no state that serves. */
    void forget() {
        memory.set(ValueLayout.JAVA_LONG, RemoteLayout.LIVE_OFFSET, 0L);
    }

    private long stateWord() {
        return Loads.getLong(base + RegionLayout.STATE_OFFSET);
    }

    /** OK while the region serves in the epoch that was adopted. */
    int status() {
        long word = stateWord();
        if (word == servingWord) {
            return Status.OK;
        }
        return switch (RegionState.state(word)) {
            case RegionState.SERVING -> Status.EPOCH_CHANGED;
            case RegionState.MIRROR -> takesMirror ? Status.EPOCH_CHANGED : Status.WRITER_UNAVAILABLE;
            case RegionState.RETIRED -> Status.REGION_RETIRED;
            case RegionState.FAILED -> Status.REGION_FAILED;
            default -> Status.WRITER_UNAVAILABLE;
        };
    }

    long adoptedEpoch() {
        return RegionState.epoch(servingWord);
    }

    long lease() {
        return Loads.getLong(base + RegionLayout.LEASE_OFFSET);
    }

    /** What was left of the lease when it was written; 0 when the line is of two moments. */
    long leaseLeft() {
        long left = Loads.getLong(base + RegionLayout.LEASE_LEFT_OFFSET);
        return Loads.getLong(base + RegionLayout.LEASE_SEAL_OFFSET) == LeaseSeal.of(lease(), left, asOf()) ? left : 0;
    }

    private long asOf() {
        return Loads.getLong(base + RegionLayout.AS_OF_OFFSET);
    }

    /** How long before it was written the line was as of, by the mirror's clock; {@link LeaseWatch#NO_AGE} when that is not known. */
    long age() {
        return asOf() == 0 ? LeaseWatch.NO_AGE : lease() - leaseLeft() - asOf();
    }

    /** Bytes that are to be read for an answer at a level. */
    static int length(int level) {
        return level == Level.MEMORY ? RemoteLayout.SHORT_LIVE_LENGTH : RemoteLayout.LIVE_LENGTH;
    }

    boolean hasReached(int level, long sequence) {
        return level == Level.MEMORY || sequence <= Loads.getLong(base + RegionLayout.levelOffset(level));
    }
}
