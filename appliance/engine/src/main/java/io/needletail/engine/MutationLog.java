package io.needletail.engine;

import io.needletail.pmem.PersistentMemory;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.Registry;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordChain;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import java.nio.charset.StandardCharsets;

/**
 * The writing end of the mutation ring. One writer, the shard's owner; consumers follow {@code appliedPosition}, each with a
 * position of its own. A gating consumer's unread bytes are never overwritten: a claim that would is refused. A lossy one
 * is overrun and finds out by the base position of the segment it stands in.
 *
 * <p>Positions are bytes since the region was formatted and never wrap; a record never crosses a segment's end.
 */
public final class MutationLog {
    public static final int UNUSED = 0;
    public static final int GATING = 1;
    public static final int LOSSY = 2;
    /** A refusal carries the name of the consumer that stalls. */
    public static final int MAX_CONSUMER_NAME_LENGTH = 16;

    /** No address is 0, so 0 says that a claim was refused. */
    static final long REFUSED = 0;

    private final LiveHeader live;
    /** That the region is in, or null. */
    private final PersistentMemory memory;

    private final RegionHeader region;
    private final RingSegment segments;
    private final long ringLength;
    private final byte[][] consumerNames = new byte[RegionLayout.MAX_CONSUMERS][];

    private long epoch;
    private long position;
    /** Up to where it was flushed; of a region in persistent memory. */
    private long persisted;

    private long chain;
    private long origin;
    private long gateLimit;
    private int stalledConsumer = -1;
    private long consumersRefused;
    /** Written by the owner, read by who forces the records. */
    private volatile long wanted;

    MutationLog(Registry registry, PersistentMemory memory) {
        this.memory = memory;
        live = registry.live();
        region = registry.header();
        segments = new RingSegment(registry);
        ringLength = region.sizing().ringLength();
    }

    /** Opens the ring for a new epoch at a segment of its own; the processes behind older consumers are gone. */
    void open(long basePosition, long newEpoch) {
        assert RingSegment.baseOf(basePosition) == basePosition : "basePosition=" + basePosition;
        assert newEpoch >= 1 && newEpoch > epoch : "newEpoch=" + newEpoch + " epoch=" + epoch;
        epoch = newEpoch;
        chain = RecordChain.seed(region.dataSetIdHigh(), region.dataSetIdLow(), region.shard(), newEpoch);
        for (int i = 0; i < RegionLayout.MAX_CONSUMERS; i++) {
            setMode(i, UNUSED);
        }
        gateLimit = Long.MAX_VALUE;
        position = basePosition;
        persisted = basePosition;
        openSegment();
    }

    private void openSegment() {
        assert RingSegment.baseOf(position) == position : "position=" + position;
        assert epoch >= 1 : "not opened";
        segments.write(position, epoch, chain);
        position += RingSegment.HEADER_LENGTH;
    }

    /**
     * Makes room for a record of {@code lines}, opening the next segment when this one's rest is too short.
     *
     * @return the record's address, or {@link #REFUSED} when a gating consumer has not read what stands there
     */
    long claim(int lines) {
        assert epoch >= 1 : "not opened";
        assert lines >= 1 : "lines=" + lines;
        int length = lines * RecordLayout.LINE_LENGTH;
        assert length <= RingSegment.LENGTH - RingSegment.HEADER_LENGTH : "length=" + length;
        long left = RingSegment.LENGTH - (position & (RingSegment.LENGTH - 1));
        boolean fits = length <= left && left != RingSegment.LENGTH;
        long end = fits ? position + length : segmentAfter() + RingSegment.HEADER_LENGTH + length;
        if (end > gateLimit && !passGate(end)) {
            return REFUSED;
        }
        if (!fits) {
            pad();
            openSegment();
        }
        return segments.address(position);
    }

    /** {@link #claim} for one line, which nearly always fits where the last record ended; {@link #next} says where it is. */
    boolean claimLine() {
        boolean fits = (position & (RingSegment.LENGTH - 1)) != 0;
        return fits && position + RecordLayout.LINE_LENGTH <= gateLimit || claim(1) != REFUSED;
    }

    /** The address of the room that was claimed. */
    long next() {
        return segments.address(position);
    }

    /**
     * Makes sure that the next records, {@code lines} together, stand in one segment and need no further room. A group is
     * composed behind it, and taken back with {@link #rewind} when one of its changes is refused.
     *
     * @return false when a gating consumer has not read what stands there
     */
    boolean reserve(int lines) {
        return claim(lines) != REFUSED;
    }

    /** Where the next record will stand. */
    long mark() {
        return position;
    }

    /** The chain up to {@link #mark()}. */
    long chain() {
        return chain;
    }

    /** Takes back the records behind a mark. Nobody has seen them: they were not published, and replay wants whole groups. */
    void rewind(long mark, long chainAtMark) {
        assert mark <= position && RingSegment.baseOf(mark) == RingSegment.baseOf(position) : "mark=" + mark;
        assert mark >= live.appliedPosition() : "published: mark=" + mark;
        position = mark;
        chain = chainAtMark;
    }

    /** The request that the next records come from, see {@link RecordLayout#origin}; 0 for none that is repeated. */
    void origin(long newOrigin) {
        origin = newOrigin;
    }

    long origin() {
        return origin;
    }

    private long segmentAfter() {
        return RingSegment.baseOf(position + RingSegment.LENGTH - 1);
    }

    /** Fills the rest of a segment with one record that changes nothing. */
    private void pad() {
        int left = (int) (segmentAfter() - position);
        if (left > 0) {
            commitPad(segments.address(position), left / RecordLayout.LINE_LENGTH);
        }
    }

    private void commitPad(long address, int lines) {
        assert address == segments.address(position) : "position=" + position;
        assert lines >= 1 && lines < RingSegment.LENGTH / RecordLayout.LINE_LENGTH : "lines=" + lines;
        long header = RecordLayout.header(0, lines, RecordLayout.PAD, RecordLayout.SINGLE);
        Stores.putLong(address + RecordLayout.VERSION_OFFSET, 0L);
        Stores.putLong(address + RecordLayout.SEAL_OFFSET, 0L);
        Stores.putLong(address + RecordLayout.TIME_OFFSET, 0L);
        Stores.putLong(address + RecordLayout.ORIGIN_OFFSET, 0L);
        chain = RecordChain.next(chain, header, 0, 0, 0, 0); // a pad's rest is not looked at, so not sealed
        seal(address, header, lines);
    }

    /** Commits a record without extensions. */
    void append(long address, long header, long sequence, long seal, long timeNs, long value0, long value1) {
        assert address == segments.address(position) : "not the claimed place: position=" + position;
        assert RecordLayout.lines(header) == 1 : "lines=" + RecordLayout.lines(header);
        putFields(address, sequence, seal, timeNs, value0, value1);
        chain = RecordChain.next(chain, header, sequence, seal, timeNs, origin);
        seal(address, header, 1);
    }

    /** Commits a record whose extensions stand behind its first line already. */
    void appendExtended(long address, long header, long sequence, long seal, long timeNs, long value0, long value1) {
        assert address == segments.address(position) : "not the claimed place: position=" + position;
        int lines = RecordLayout.lines(header);
        putFields(address, sequence, seal, timeNs, value0, value1);
        chain = RecordChain.extend(RecordChain.next(chain, header, sequence, seal, timeNs, origin), address, lines);
        seal(address, header, lines);
    }

    private void putFields(long address, long sequence, long seal, long timeNs, long value0, long value1) {
        Stores.putLong(address + RecordLayout.VERSION_OFFSET, sequence);
        Stores.putLong(address + RecordLayout.SEAL_OFFSET, seal);
        Stores.putLong(address + RecordLayout.TIME_OFFSET, timeNs);
        Stores.putLong(address + RecordLayout.VALUE_OFFSET, value0);
        Stores.putLong(address + RecordLayout.VALUE_OFFSET + 8, value1);
        Stores.putLong(address + RecordLayout.ORIGIN_OFFSET, origin);
    }

    private void seal(long address, long header, int lines) {
        assert lines == RecordLayout.lines(header) : "lines=" + lines;
        assert chain != 0 : "position=" + position;
        Stores.putLongRelease(address + RecordLayout.CHAIN_OFFSET, chain);
        Stores.putLongRelease(address, header);
        position += (long) lines * RecordLayout.LINE_LENGTH;
    }

    /**
     * Before anything that was appended is applied: in persistent memory it is on the medium first, so that no slot can ever have
     * what the log has lost.
     *
     * @param sequence of the last change in it
     */
    void persist(long sequence) {
        if (memory != null) {
            persistAppended();
            live.reached(Level.PERSISTENT, sequence);
        }
    }

    /** All of it with one fence, pads and headers of segments too. */
    private void persistAppended() {
        while (persisted < position) {
            long end = Math.min(position, RingSegment.baseOf(persisted) + RingSegment.LENGTH);
            memory.flush(segments.address(persisted), end - persisted);
            persisted = end;
        }
        memory.fence();
    }

    /** Says that everything appended is applied: attach replays from here, consumers read up to here. */
    void publish() {
        assert position <= gateLimit || gateLimit == 0 : "position=" + position + " gateLimit=" + gateLimit;
        live.appliedPosition(position);
    }

    private boolean passGate(long end) {
        assert end > position : "end=" + end + " position=" + position;
        long limit = Long.MAX_VALUE;
        int slowest = -1;
        for (int i = 0; i < RegionLayout.MAX_CONSUMERS; i++) {
            long address = live.consumerAddress(i);
            if (Loads.getLong(address + Long.BYTES) == GATING) {
                long readable = Math.min(Loads.getLongAcquire(address), position) + ringLength;
                slowest = readable < limit ? i : slowest;
                limit = Math.min(limit, readable);
            }
        }
        gateLimit = limit;
        stalledConsumer = end > limit ? slowest : -1;
        return end <= limit;
    }

    /** Adds a consumer that stands at the present end; its own thread moves its position from here on. */
    public int addConsumer(String name, int mode) {
        assert mode == GATING || mode == LOSSY : "mode=" + mode;
        if (name.isEmpty() || name.length() > MAX_CONSUMER_NAME_LENGTH) {
            throw new IllegalArgumentException("consumer name=" + name + " limit=" + MAX_CONSUMER_NAME_LENGTH);
        }
        for (int i = 0; i < RegionLayout.MAX_CONSUMERS; i++) {
            if (Loads.getLong(live.consumerAddress(i) + Long.BYTES) == UNUSED) {
                consumerNames[i] = name.getBytes(StandardCharsets.US_ASCII);
                Stores.putLongRelease(live.consumerAddress(i), position);
                setMode(i, mode);
                gateLimit = 0;
                return i;
            }
        }
        consumersRefused++;
        throw new ConsumersFullException(name);
    }

    /** How often a consumer was refused because there were as many as there may be. */
    public long consumersRefused() {
        return consumersRefused;
    }

    /** As many consumers as there may be are registered already. */
    public static final class ConsumersFullException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        ConsumersFullException(String name) {
            super("consumers=" + RegionLayout.MAX_CONSUMERS + " all in use, refused=" + name + "; remove one first");
        }
    }

    /** A consumer has gone back to a position that is still there: it is looked at before the next record. For the owner. */
    public void recheckConsumers() {
        gateLimit = 0;
    }

    public void removeConsumer(int index) {
        setMode(index, UNUSED);
        gateLimit = 0;
    }

    private void setMode(int index, int mode) {
        assert mode >= UNUSED && mode <= LOSSY : "mode=" + mode;
        Stores.putLongRelease(live.consumerAddress(index) + Long.BYTES, mode);
    }

    /** Somebody waits until everything up to this sequence is on the medium. */
    public void wants(long sequence) {
        assert sequence >= wanted : "sequence=" + sequence + " before=" + wanted;
        wanted = sequence;
    }

    /** Up to where somebody waits; for any thread. */
    public long wanted() {
        return wanted;
    }

    /** Where the consumer keeps its position, for its own thread to store with release. */
    public long consumerAddress(int index) {
        return live.consumerAddress(index);
    }

    /** The name of the gating consumer that refused the last claim, in ASCII, or null. */
    public byte[] stalledConsumer() {
        return stalledConsumer < 0 ? null : consumerNames[stalledConsumer];
    }

    /** The epoch that the ring was opened for. */
    long epoch() {
        return epoch;
    }

    /** Bytes appended since the region was formatted, segment headers and pads included. */
    public long position() {
        return position;
    }
}
