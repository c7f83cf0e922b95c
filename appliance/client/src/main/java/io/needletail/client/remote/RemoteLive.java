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
    private long servingWord;

    RemoteLive(MemorySegment memory, long epoch) {
        this.memory = memory;
        base = memory.address() + RemoteLayout.LIVE_OFFSET - RegionLayout.LIVE_OFFSET;
        adopt(epoch);
    }

    void adopt(long epoch) {
        servingWord = RegionState.of(RegionState.SERVING, epoch);
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
            case RegionState.RETIRED -> Status.REGION_RETIRED;
            case RegionState.FAILED -> Status.REGION_FAILED;
            default -> Status.WRITER_UNAVAILABLE;
        };
    }

    long epoch() {
        return RegionState.epoch(stateWord());
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
        return Loads.getLong(base + RegionLayout.LEASE_SEAL_OFFSET) == LeaseSeal.of(lease(), left) ? left : 0;
    }

    /** Bytes that are to be read for an answer at a level. */
    static int length(int level) {
        return level == Level.MEMORY ? RemoteLayout.SHORT_LIVE_LENGTH : RemoteLayout.LIVE_LENGTH;
    }

    boolean hasReached(int level, long sequence) {
        return level == Level.MEMORY || sequence <= Loads.getLong(base + RegionLayout.levelOffset(level));
    }
}
