package io.needletail.engine;

import io.needletail.registry.LiveHeader;
import io.needletail.registry.Registry;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionState;

/** Takes a region over for a new epoch, whoever left it: checks, replays, rebuilds, and opens the epoch. For the owner thread, once. */
final class TakeOver {
    /** No sequence of an older epoch comes near: 2^32 mutations can be lost with a crash and none is issued twice. */
    static final long EPOCH_STRIDE = 1L << 32;

    private final Registry registry;
    private final LiveHeader live;
    private final MutationLog log;
    private final Applier applier;
    private final ExpirySweep sweep;
    /** Of a region in persistent memory, else null. */
    private final WriteBack writeBack;

    private final EngineTime time;
    private long sequence;
    private long sequenceBefore;

    TakeOver(
            Registry registry,
            MutationLog log,
            Applier applier,
            ExpirySweep sweep,
            WriteBack writeBack,
            EngineTime time) {
        this.registry = registry;
        this.log = log;
        this.applier = applier;
        this.sweep = sweep;
        this.writeBack = writeBack;
        this.time = time;
        live = registry.live();
    }

    static void restoreLive(Registry registry) {
        RedoLine redo = new RedoLine(registry, null);
        if (redo.load()) {
            redo.restore(registry.live());
        }
    }

    /** Takes it over; when the report shows a fault, nothing of it may be used. */
    AttachReport run(BeforeEpoch beforeEpoch) {
        restoreLive(registry);
        if (writeBack != null && !writeBack.restore()) {
            return refused(RegionFault.REDO_DAMAGED);
        }
        if (!LeftRegion.isTakable(live)) {
            return refused(RegionFault.STATE);
        }
        if (!registry.retries().load()) {
            return refused(RegionFault.RETRY_TABLE_DAMAGED);
        }
        RingReplay replay = new RingReplay(registry, applier);
        RegionFault ringFault = replay.check();
        if (ringFault == RegionFault.NONE && writeBack != null && replay.isFollowed(writeBack.sequenceBefore())) {
            ringFault = RegionFault.RING_DAMAGED;
        }
        if (ringFault != RegionFault.NONE) {
            return refused(ringFault);
        }
        if (writeBack != null) {
            writeBack.persistRing(replay.position());
        }
        replay.apply();
        if (writeBack != null
                && !registry.retries().isWhole()) { // what a loss of power tore off was just written again
            return refused(RegionFault.RETRY_TABLE_DAMAGED);
        }
        var rebuild = registry.rebuild();
        if (rebuild.fault() != RegionFault.NONE) {
            return new AttachReport(rebuild.fault(), rebuild.faultSlot(), live.epoch(), 0, replay.replayed(), 0);
        }
        long last = Math.max(live.epochFirstVersion(), Math.max(rebuild.maxSequence(), replay.lastSequence()));
        if (last > LeftRegion.MAX_SEQUENCE) {
            return refused(RegionFault.STATE);
        }
        long first = Math.max(last == 0 ? 1 : last + EPOCH_STRIDE, beforeEpoch.leastVersion());
        if (first > LeftRegion.MAX_SEQUENCE) {
            return refused(RegionFault.STATE);
        }
        sweep.rebuild();
        sequenceBefore = Math.max(rebuild.maxSequence(), replay.lastSequence());
        beforeEpoch.ringEnds(replay.position());
        if (writeBack != null) {
            writeBack.complete(replay.position());
        } else {
            RedoLine.forget(registry);
        }
        beforeEpoch.opens(live.epoch() + 1, first);
        begin(live.epoch() + 1, first, replay);
        return new AttachReport(RegionFault.NONE, -1, live.epoch(), first, replay.replayed(), rebuild.live());
    }

    private AttachReport refused(RegionFault fault) {
        return new AttachReport(fault, -1, live.epoch(), 0, 0, 0);
    }

    /** Opens the new epoch, its number first: a kill behind it costs a number, and none is ever issued twice. */
    private void begin(long epoch, long first, RingReplay replay) {
        assert epoch == live.epoch() + 1 : "epoch=" + epoch;
        assert first > live.epochFirstVersion() : "first=" + first;
        live.state(RegionState.RECOVERING, epoch);
        live.appliedPosition(replay.position()); // before the ring is written: a kill in between replays from here
        live.epochFirstVersion(first);
        sequence = first - 1;
        time.advance(Math.max(live.engineTimeNs(), replay.lastTimeNs()));
        live.engineTimeNs(time.nowNs());
        live.endGroup(); // the shard may have stopped inside one, and its replay is over
        log.open(replay.nextSegment(), epoch);
        if (writeBack != null) {
            log.persist(Math.max(sequenceBefore, live.reached(Level.PERSISTENT)));
            writeBack.beginEpoch(replay.nextSegment(), log);
        }
        log.publish();
    }

    /** Before the first of the epoch. */
    long sequence() {
        return sequence;
    }

    /** Of the last record before the epoch. */
    long sequenceBefore() {
        return sequenceBefore;
    }
}
