package io.needletail.engine;

import io.needletail.pmem.PersistentMemory;
import io.needletail.registry.Registry;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RedoLayout;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RingLayout;
import io.needletail.testing.BelievedLog;
import java.lang.foreign.MemorySegment;

/** A bug around the real code, which taking the power must find: a flush or a fence that is not made, or what it should have kept. */
enum PowerLossPlant {
    NOTHING,
    RECORDS_ARE_NOT_FLUSHED,
    /** Of a longer one only the first line. */
    EXTENSIONS_ARE_NOT_FLUSHED,
    SEGMENT_HEADERS_ARE_NOT_FLUSHED,
    /** A change is applied, and acknowledged, while its record is under way. */
    NO_FENCE_BEHIND_A_RECORD,
    SLOTS_ARE_NOT_WRITTEN_BACK,
    BLOCKS_ARE_NOT_WRITTEN_BACK,
    /** The redo line says so before they are. */
    NO_FENCE_BEHIND_THE_WRITE_BACK,
    RETRY_TABLE_IS_NOT_FLUSHED,
    REDO_LINE_IS_NOT_FLUSHED,
    /** A start says where its epoch begins, and has not brought to the medium what it applied again. */
    A_START_WRITES_NOTHING_BACK,
    /** A start applies again what a process that was killed had not fenced. */
    A_START_DOES_NOT_FORCE_THE_RING,
    A_TORN_REDO_LINE_IS_BELIEVED,
    /** What the live lines say is believed. */
    RECOVERY_BEGINS_AT_THE_APPLIED_POSITION,
    /** The write-back is said to be further than it is. */
    THE_RING_IS_REUSED_EARLY,
    /** A start takes any record that has its own checksum, those of an earlier lap too. */
    THE_CHAIN_IS_IGNORED,
    /** A start can be taken once only: it takes the log away before what it applied is on the medium. */
    RECOVERY_IS_NOT_IDEMPOTENT;

    /** The memory as the engine is given it. */
    PersistentMemory memory(SimPmem real, RegionLayout layout, long base) {
        return this == NOTHING ? real : new Planted(this, real, layout, base);
    }

    /** What is done to an image before it is recovered. */
    void beforeRecovery(MemorySegment image) {
        Registry registry = new Registry(image);
        switch (this) {
            case A_TORN_REDO_LINE_IS_BELIEVED -> {
                for (int copy = 0; copy < 2; copy++) {
                    seal(registry, RedoLine.copyAt(registry, copy));
                }
            }
            case RECOVERY_BEGINS_AT_THE_APPLIED_POSITION -> {
                for (int copy = 0; copy < 2; copy++) {
                    long at = RedoLine.copyAt(registry, copy);
                    Stores.putLong(
                            at + RedoLayout.START_OFFSET,
                            Math.max(
                                    Loads.getLong(at + RedoLayout.START_OFFSET),
                                    registry.live().appliedPosition()));
                    seal(registry, at);
                }
            }
            case THE_CHAIN_IS_IGNORED -> believe(registry);
            default -> {}
        }
    }

    private static void believe(Registry registry) {
        BelievedLog log = new BelievedLog(registry.header(), BelievedLog.Ignored.CHAIN);
        RegionLayout layout = registry.header().layout();
        for (long at = layout.ringOffset(); at < layout.regionLength(); at += RingLayout.SEGMENT_LENGTH) {
            log.believe(registry.address() + at);
        }
    }

    private static void seal(Registry registry, long at) {
        if (Loads.getLong(at + RedoLayout.COUNT_OFFSET) > 0) {
            Stores.putLong(at + RedoLayout.SEAL_OFFSET, RedoLine.sealOf(registry, at));
        }
    }

    /** The memory with a bug. */
    private record Planted(PowerLossPlant plant, SimPmem real, RegionLayout layout, long base)
            implements PersistentMemory {
        private boolean isIn(long address, long offset, long end) {
            return address - base >= offset && address - base < end;
        }

        private boolean isRing(long address) {
            return isIn(address, layout.ringOffset(), layout.regionLength());
        }

        private boolean isRedo(long address) {
            return isIn(address, RegionLayout.REDO_OFFSET, RegionLayout.BODY_OFFSET);
        }

        private boolean isSlot(long address) {
            return isIn(address, layout.keyedOffset(), layout.directoryOffset());
        }

        private boolean isBlock(long address) {
            return isIn(address, layout.slabOffset(0), layout.ringOffset());
        }

        private boolean isHeader(long address) {
            return isRing(address) && (address - base - layout.ringOffset()) % RingLayout.SEGMENT_LENGTH == 0;
        }

        /** Of the first record that is applied again the next start finds nothing. */
        private void takeTheLogAway() {
            long redo = base + RegionLayout.REDO_OFFSET + RedoLayout.START_OFFSET;
            long start = Math.max(Loads.getLong(redo), Loads.getLong(redo + RegionLayout.LIVE_LINE_LENGTH));
            long first = start % RingLayout.SEGMENT_LENGTH == 0 ? start + RingLayout.HEADER_LENGTH : start;
            long at = base + layout.ringOffset() + first % layout.sizing().ringLength();
            Stores.putLong(at, 0L);
            real.flush(at, RecordLayout.LINE_LENGTH);
        }

        @Override
        public void flush(long address, long lengthBytes) {
            if (plant == RECOVERY_IS_NOT_IDEMPOTENT && !real.isServing() && isSlot(address)) {
                takeTheLogAway();
            }
            boolean isDropped = switch (plant) {
                case RECORDS_ARE_NOT_FLUSHED -> isRing(address);
                case SLOTS_ARE_NOT_WRITTEN_BACK -> isSlot(address);
                case BLOCKS_ARE_NOT_WRITTEN_BACK -> isBlock(address);
                case RETRY_TABLE_IS_NOT_FLUSHED -> isIn(address, layout.retryOffset(), layout.keyedOffset());
                case REDO_LINE_IS_NOT_FLUSHED -> isRedo(address);
                case A_START_DOES_NOT_FORCE_THE_RING ->
                    !real.isServing() && isRing(address) && lengthBytes != RingLayout.HEADER_LENGTH;
                case A_START_WRITES_NOTHING_BACK -> !real.isServing() && (isSlot(address) || isBlock(address));
                default -> false;
            };
            if (plant == EXTENSIONS_ARE_NOT_FLUSHED && isRing(address)) {
                real.flush(address, RecordLayout.LINE_LENGTH);
            } else if (plant == SEGMENT_HEADERS_ARE_NOT_FLUSHED && isHeader(address)) {
                real.flush(address + RingLayout.HEADER_LENGTH, Math.max(1, lengthBytes - RingLayout.HEADER_LENGTH));
            } else if (!isDropped) {
                real.flush(address, lengthBytes);
            }
        }

        @Override
        public void fence() {
            boolean isDropped = switch (plant) {
                case NO_FENCE_BEHIND_A_RECORD -> isRing(real.lastFlushed());
                case NO_FENCE_BEHIND_THE_WRITE_BACK -> isSlot(real.lastFlushed()) || isBlock(real.lastFlushed());
                default -> false;
            };
            if (!isDropped) {
                real.fence();
            }
        }

        @Override
        public boolean isEmulated() {
            return true;
        }
    }
}
