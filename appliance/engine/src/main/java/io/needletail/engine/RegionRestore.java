package io.needletail.engine;

import io.needletail.registry.LiveHeader;
import io.needletail.registry.Registry;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.RingLayout;
import java.lang.foreign.MemorySegment;

/**
 * Makes a region anew from a log that was kept outside it: applies every record and puts the log's last segment where the ring has
 * it, so that the region is as one that was left there by a process that was killed, and is attached to in the same way. Nothing
 * is published before the end: one that was cut short is begun again from an empty region.
 */
public final class RegionRestore {
    private final Registry registry;
    private final Applier applier;
    private long lastSequence;
    private long lastTimeNs;

    private RegionRestore(MemorySegment region, long sequence, long timeNs) {
        registry = new Registry(region);
        applier = new Applier(registry);
        lastSequence = sequence;
        lastTimeNs = timeNs;
    }

    /**
     * Fills a region that was formatted and nothing else with what a log says from its beginning, for {@link ShardEngine#attach} to take
     * over. The log is one of the region that had this header before.
     */
    public static void fill(MemorySegment region, RecordedLog log) {
        if (log.firstPosition() != 0) {
            throw new IllegalArgumentException("the log begins at position " + log.firstPosition());
        }
        new RegionRestore(region, 0, 0).run(log, 0);
    }

    /**
     * The same of a region that has everything already that the log says before a segment's position.
     *
     * @param from the first segment that is applied
     * @param sequence none in the region is later
     * @param timeNs nor any time
     */
    public static void complete(MemorySegment region, RecordedLog log, long from, long sequence, long timeNs) {
        new RegionRestore(region, sequence, timeNs).run(log, from);
    }

    private void run(RecordedLog log, long from) {
        assert from >= log.firstPosition() && RingLayout.baseOf(from) == from : "from=" + from;
        assert registry.live().state() == RegionState.NEW
                : "state=" + registry.live().state();
        if (!registry.retries().load()) { // an empty table, or a snapshot's, for the records to fill
            throw new IllegalStateException("the retry table is damaged");
        }
        long end = log.endPosition();
        for (long base = from; base < end; base += RingLayout.SEGMENT_LENGTH) {
            apply(log.segmentAddress(base), Math.min(RingLayout.SEGMENT_LENGTH, end - base));
        }
        if (end > log.firstPosition()) {
            publish(log, end);
        }
    }

    private void apply(long segment, long length) {
        long at = segment + RingLayout.HEADER_LENGTH;
        while (at < segment + length) {
            long header = Loads.getLong(at);
            int lines = RecordLayout.lines(header);
            assert lines >= 1 : "not checked: offset=" + (at - segment);
            applier.apply(at);
            lastSequence = Math.max(lastSequence, Loads.getLong(at + RecordLayout.VERSION_OFFSET));
            lastTimeNs = Math.max(lastTimeNs, Loads.getLong(at + RecordLayout.TIME_OFFSET));
            at += (long) lines * RecordLayout.LINE_LENGTH;
        }
    }

    private void publish(RecordedLog log, long end) {
        long base = RingLayout.baseOf(end - 1);
        long segment = log.segmentAddress(base);
        RingSegment ring = new RingSegment(registry);
        Stores.copy(segment, ring.address(base), end - base);
        LiveHeader live = registry.live();
        live.engineTimeNs(Math.max(live.engineTimeNs(), lastTimeNs));
        live.epochFirstVersion(Math.max(1, lastSequence));
        live.appliedPosition(end);
        live.state(RegionState.RECOVERING, Math.max(live.epoch(), SegmentHeaders.epoch(segment)));
    }
}
