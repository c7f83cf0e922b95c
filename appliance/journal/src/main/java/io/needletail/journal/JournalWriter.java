package io.needletail.journal;

import io.needletail.engine.MutationLog;
import io.needletail.engine.RecordValidator;
import io.needletail.engine.SegmentHeaders;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RingLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.Agent;

/**
 * Follows the ring as a gating consumer and appends what is applied to the journal, checked record by record on the way. It makes
 * no system call but to wake the keeper, when a change waits for a force. For one thread, its own: the shard's only cost is the record
 * it appends anyway.
 */
public final class JournalWriter implements Agent {
    /** Bytes a turn at most, so that what is appended is published soon. */
    private static final long BATCH = 256 << 10;

    private static final long ANY_EPOCH = Long.MAX_VALUE;

    private final Journal journal;
    /** The same, as it is read when a shard starts. */
    private final SegmentJournal log;

    private final LiveHeader live;
    private final SegmentHeaders headers;
    private final RecordValidator validator;
    private final long ringAddress;
    private final long ringMask;

    private long position;
    private long sequence;
    private long timeNs;
    private long chain;
    private long epoch;
    /** Where it says how far it has come; 0 while nobody waits for it. */
    private long consumerAddress;

    private MutationLog ring;
    private JournalKeeper keeper;
    /** Up to where somebody waited when the keeper was woken last. */
    private long woken;

    private long stalls;

    public JournalWriter(SegmentJournal journal, MemorySegment region) {
        this.journal = journal;
        log = journal;
        RegionHeader header = RegionHeader.of(region);
        live = new LiveHeader(region.address());
        headers = new SegmentHeaders(header);
        validator = new RecordValidator(header);
        ringAddress = region.address() + header.layout().ringOffset();
        ringMask = header.sizing().ringLength() - 1;
        position = journal.position();
        sequence = journal.sequence();
        findChain(journal);
    }

    /** The chain and the epoch of the segment that the position stands in, by walking it. */
    private void findChain(SegmentJournal journalled) {
        long base = RingLayout.baseOf(position);
        if (position == base) {
            return;
        }
        long segment = journalled.segmentAddress(base);
        chain = SegmentHeaders.chain(segment);
        epoch = SegmentHeaders.epoch(segment);
        for (long at = base + RingLayout.HEADER_LENGTH; at < position; ) {
            long record = segment + at - base;
            chain = Loads.getLong(record + RecordLayout.CHAIN_OFFSET);
            at += (long) RecordLayout.lines(Loads.getLong(record)) * RecordLayout.LINE_LENGTH;
        }
    }

    public long position() {
        return position;
    }

    /** How often it had to wait for a file. */
    public long stalls() {
        return stalls;
    }

    /**
     * Takes what the ring still has up to its end, before a new epoch begins behind it, and closes the segment.
     *
     * @throws IOException when the ring does not reach back to the journal's end, or there is no room
     */
    public void catchUp(long ringEnd) throws IOException {
        while (position < ringEnd) {
            long before = position;
            if (!journal.hasRoomAt(position)) {
                makeRoom();
            }
            if (!headers.isOpen(ring(RingLayout.baseOf(position)), RingLayout.baseOf(position), ANY_EPOCH)) {
                throw new JournalDamagedException(
                        "the region's log begins behind the journal's end, position " + position
                                + ": what is between is lost; start --remake makes the region again as far as the journal"
                                + " goes, start --fresh discards both");
            }
            step(ringEnd);
            if (position == before) {
                closeEpoch(ringEnd);
            }
        }
        if (position > ringEnd && !isPaddedFrom(ringEnd)) {
            throw new JournalDamagedException("the region ends at position " + ringEnd + " and its journal at "
                    + position + ": it is of an earlier time; start --remake makes it again from the journal");
        }
        if (position == ringEnd && position != RingLayout.baseOf(position)) {
            padSegment();
        }
        journal.published(position, sequence, timeNs);
    }

    private void makeRoom() throws IOException {
        journal.published(position, sequence, timeNs); // a file ends where a segment does, and so a group
        if (!journal.prepare() || !journal.hasRoomAt(position)) {
            throw new IOException("the journal has no file for position " + position);
        }
    }

    /** A start that was cut short closed the segment already, and began no epoch. */
    private boolean isPaddedFrom(long ringEnd) {
        long base = RingLayout.baseOf(ringEnd);
        return position == base + RingLayout.SEGMENT_LENGTH
                && ringEnd != base
                && RecordLayout.operation(Loads.getLong(log.segmentAddress(base) + ringEnd - base)) == RecordLayout.PAD;
    }

    /** A start that was cut short began an epoch in the ring and nothing else: the one before ends where its records do. */
    private void closeEpoch(long ringEnd) throws JournalDamagedException {
        long nextBase = RingLayout.baseOf(position) + RingLayout.SEGMENT_LENGTH;
        boolean hasEnded = position != RingLayout.baseOf(position)
                && nextBase < ringEnd
                && headers.isOpen(ring(nextBase), nextBase, ANY_EPOCH)
                && SegmentHeaders.epoch(ring(nextBase)) > epoch;
        if (!hasEnded) {
            throw new JournalDamagedException("the region's log is damaged at position " + position
                    + "; start --remake makes the region again as far as the journal goes");
        }
        padSegment();
    }

    private void padSegment() {
        journal.pad(position, chain);
        position = RingLayout.baseOf(position) + RingLayout.SEGMENT_LENGTH;
    }

    /** From here on the shard waits for it: where the log keeps its position, see the mutation log's consumers. */
    public void follow(long newConsumerAddress) {
        consumerAddress = newConsumerAddress;
        sequence = Math.max(sequence, log.sequence());
        if (sequence > live.reached(Level.JOURNALED)) {
            live.reached(Level.JOURNALED, sequence); // of a region that was made from it, which knows of no level yet
        }
    }

    @Override
    public int doWork() {
        long applied = live.appliedPosition();
        if (position >= applied) {
            wakeTheKeeper(); // the shard says that somebody waits behind the change itself
            return 0;
        }
        long end = Math.min(applied, position + BATCH);
        long before = position;
        while (position < end && hasRoom()) {
            long at = position;
            step(end);
            if (position == at) {
                throw new IllegalStateException("a record of the shard's own log is damaged: position=" + position);
            }
        }
        if (position == before) {
            return 0;
        }
        journal.published(position, sequence, timeNs);
        Stores.putLongRelease(consumerAddress, position);
        live.reached(Level.JOURNALED, sequence);
        wakeTheKeeper();
        return 1;
    }

    /** Once for whoever waits for something that was appended. */
    private void wakeTheKeeper() {
        long wanted = ring == null ? 0 : ring.wanted();
        if (wanted > woken && wanted <= sequence) {
            woken = wanted;
            keeper.wake();
        }
    }

    /** Wakes the keeper, which sleeps while nobody waits, when somebody waits for what was appended. */
    public void wakes(JournalKeeper newKeeper, MutationLog newRing) {
        keeper = newKeeper;
        ring = newRing;
    }

    private boolean hasRoom() {
        boolean hasRoom = journal.hasRoomAt(position);
        stalls += hasRoom ? 0 : 1;
        return hasRoom;
    }

    /**
     * Appends a segment's header, or the records from the position on: to {@code end} or as far behind it as the group goes that stands
     * there, and no segment's end. What is published is so always whole groups.
     */
    private void step(long end) {
        long base = RingLayout.baseOf(position);
        if (position == base) {
            takeHeader(base);
            return;
        }
        long segmentEnd = base + RingLayout.SEGMENT_LENGTH;
        long from = position;
        long at = position;
        boolean inGroup = false;
        while (at < segmentEnd && (at < end || inGroup)) {
            long next = validator.chainAfter(ring(at), segmentEnd - at, chain);
            if (next == 0) {
                break;
            }
            chain = next;
            sequence = Math.max(sequence, Loads.getLong(ring(at) + RecordLayout.VERSION_OFFSET));
            timeNs = Math.max(timeNs, Loads.getLong(ring(at) + RecordLayout.TIME_OFFSET));
            inGroup = (RecordLayout.flags(Loads.getLong(ring(at))) & RecordLayout.GROUP_LAST) == 0;
            at += (long) RecordLayout.lines(Loads.getLong(ring(at))) * RecordLayout.LINE_LENGTH;
        }
        if (at > from) {
            journal.append(ring(from), from, at - from);
            position = at;
        }
    }

    private void takeHeader(long base) {
        long at = ring(base);
        if (headers.isOpen(at, base, ANY_EPOCH) && SegmentHeaders.epoch(at) >= epoch) {
            chain = SegmentHeaders.chain(at);
            epoch = SegmentHeaders.epoch(at);
            journal.append(at, base, RingLayout.HEADER_LENGTH);
            position = base + RingLayout.HEADER_LENGTH;
        }
    }

    private long ring(long at) {
        return ringAddress + (at & ringMask);
    }

    @Override
    public String roleName() {
        return "journal";
    }
}
