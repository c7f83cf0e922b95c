package io.needletail.journal;

import io.needletail.engine.RecordValidator;
import io.needletail.engine.SegmentHeaders;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RingLayout;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Walks a journal from its first segment to the end of its last whole group, and says what stands behind it. Every record is
 * checked. The answers, exactly one for any bytes:
 *
 * <pre>
 *   a record does not continue the log, and ...                          answer
 *   it stands before the position up to which all was forced             DAMAGED
 *   nothing but zeros follow, to the end of the last file                WHOLE
 *   other bytes follow                                                   TORN      (what was on its way when the power went)
 * </pre>
 *
 * What was on its way comes to the medium in any order, so that a later segment may stand where the end of the one before does not.
 */
final class JournalScan {
    /** What stands behind the last whole group. */
    enum Verdict {
        WHOLE,
        TORN,
        DAMAGED
    }

    private static final long ANY_EPOCH = Long.MAX_VALUE;
    private static final MemorySegment ZEROS = MemorySegment.ofArray(new long[1 << 13]);

    private final List<JournalFile> files;
    private final SegmentHeaders headers;
    private final RecordValidator validator;

    /** Taken before the walk: an appliance that runs goes on writing and forcing meanwhile. */
    private final long marked;

    private long position;
    private long chain;
    private long epoch;
    private long groupStart;
    private long chainAtGroupStart;
    private long sequenceAtGroupStart;
    private boolean inGroup;
    private long lastSequence;
    private long lastTimeNs;

    /** Nothing later than these is taken. */
    private long mostSequence = Long.MAX_VALUE;

    private long mostTimeNs = Long.MAX_VALUE;
    private boolean wasCut;
    private RecordVisitor visitor = (at, address) -> {};

    /** Is shown every record of the walk that continues the log, those of a last group that is not whole among them. */
    @FunctionalInterface
    interface RecordVisitor {
        void visit(long position, long address);
    }

    /** @param files that follow one another without a gap */
    JournalScan(List<JournalFile> files, RegionHeader region) {
        assert !files.isEmpty() : "no files";
        this.files = files;
        headers = new SegmentHeaders(region);
        validator = new RecordValidator(region);
        position = files.getFirst().firstPosition();
        marked = files.stream().mapToLong(JournalFile::marked).max().orElse(-1);
    }

    /**
     * Over all files of a journal.
     *
     * @throws JournalDamagedException when they do not follow one another, or say no region
     */
    static JournalScan over(List<JournalFile> files) throws JournalDamagedException {
        for (int i = 1; i < files.size(); i++) {
            if (files.get(i).firstPosition() != files.get(i - 1).limit()) {
                throw new JournalDamagedException("the journal has nothing between "
                        + files.get(i - 1).name() + " and " + files.get(i).name() + "; put the files back, or "
                        + JournalDamagedException.REMEDY);
            }
        }
        checkThatTheyAreOfOneRegion(files);
        MemorySegment page = Loads.memory().asSlice(files.getFirst().regionHeader(), RegionLayout.HEADER_LENGTH);
        RegionFault fault = RegionHeader.validatePage(page);
        if (fault != RegionFault.NONE) {
            throw new JournalDamagedException(files.getFirst().name() + ": the region's header in it: " + fault.what());
        }
        return new JournalScan(files, RegionHeader.ofPage(page));
    }

    /** Not of files that somebody appends to meanwhile: another may have come behind the last. */
    static void checkThatTheLastIsThere(List<JournalFile> files) throws JournalDamagedException {
        if (!files.isEmpty() && files.getLast().hasGoneOn()) {
            throw new JournalDamagedException(
                    "the journal goes on behind " + files.getLast().name() + ", with "
                            + JournalLayout.name(files.getLast().limit()) + ", which is missing; put it back, or "
                            + JournalDamagedException.REMEDY);
        }
    }

    private static void checkThatTheyAreOfOneRegion(List<JournalFile> files) throws JournalDamagedException {
        MemorySegment first = Loads.memory().asSlice(files.getFirst().regionHeader(), RegionLayout.HEADER_LENGTH);
        for (JournalFile file : files) {
            MemorySegment page = Loads.memory().asSlice(file.regionHeader(), RegionLayout.HEADER_LENGTH);
            if (page.mismatch(first) >= 0) {
                throw new JournalDamagedException(file.name() + ": the region's header in it is not the one in "
                        + files.getFirst().name() + ": one of the two is damaged; " + JournalDamagedException.REMEDY);
            }
        }
    }

    /** The walk ends before the first group that has something later. */
    JournalScan upTo(long sequence, long timeNs) {
        mostSequence = sequence;
        mostTimeNs = timeNs;
        return this;
    }

    JournalScan showing(RecordVisitor newVisitor) {
        visitor = newVisitor;
        return this;
    }

    Verdict run() {
        long limit = files.getLast().limit();
        while (position < limit && walkSegment()) {
            assert RingLayout.baseOf(position) == position : "position=" + position;
        }
        if (inGroup) {
            position = groupStart;
            chain = chainAtGroupStart;
            lastSequence = sequenceAtGroupStart;
        }
        return verdict(limit);
    }

    /** True when it was walked to its very end. */
    private boolean walkSegment() {
        long base = position;
        long segment = addressOf(base);
        if (!headers.isOpen(segment, base, ANY_EPOCH) || SegmentHeaders.epoch(segment) < epoch) {
            return false;
        }
        epoch = SegmentHeaders.epoch(segment);
        chain = SegmentHeaders.chain(segment);
        position += RingLayout.HEADER_LENGTH;
        long end = base + RingLayout.SEGMENT_LENGTH;
        while (position < end) {
            long at = segment + position - base;
            long next = validator.chainAfter(at, end - position, chain);
            if (next == 0 || !continuesGroup(RecordLayout.flags(Loads.getLong(at))) || isTooLate(at)) {
                return false;
            }
            chain = next;
            visitor.visit(position, at);
            lastTimeNs = Math.max(lastTimeNs, Loads.getLong(at + RecordLayout.TIME_OFFSET));
            lastSequence = Math.max(lastSequence, Loads.getLong(at + RecordLayout.VERSION_OFFSET));
            position += (long) RecordLayout.lines(Loads.getLong(at)) * RecordLayout.LINE_LENGTH;
        }
        return !inGroup; // a group never crosses a segment's end
    }

    /** A group that has a later one is not taken at all: it began at the same position, or {@link #run} goes back to where it did. */
    private boolean isTooLate(long record) {
        boolean isLate = Loads.getLong(record + RecordLayout.VERSION_OFFSET) > mostSequence
                || Loads.getLong(record + RecordLayout.TIME_OFFSET) > mostTimeNs;
        inGroup |= isLate;
        wasCut |= isLate;
        return isLate;
    }

    private boolean continuesGroup(int flags) {
        boolean first = (flags & RecordLayout.GROUP_FIRST) != 0;
        if (first == inGroup) {
            return false;
        }
        groupStart = first ? position : groupStart;
        chainAtGroupStart = first ? chain : chainAtGroupStart;
        sequenceAtGroupStart = first ? lastSequence : sequenceAtGroupStart;
        inGroup = (flags & RecordLayout.GROUP_LAST) == 0;
        return true;
    }

    private Verdict verdict(long limit) {
        if (position < marked) {
            return Verdict.DAMAGED;
        }
        return isZeroTo(limit) ? Verdict.WHOLE : Verdict.TORN;
    }

    private boolean isZeroTo(long end) {
        long at = position;
        while (at < end) {
            long length = Math.min(ZEROS.byteSize(), RingLayout.baseOf(at) + RingLayout.SEGMENT_LENGTH - at);
            MemorySegment bytes = Loads.memory().asSlice(addressOf(at), length);
            if (bytes.mismatch(ZEROS.asSlice(0, length)) >= 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private long addressOf(long at) {
        for (JournalFile file : files) {
            if (file.holds(at)) {
                return file.addressOf(at);
            }
        }
        throw new IllegalStateException("no file holds position=" + at);
    }

    /** Up to where it is known that all was forced; -1 when that is not known at all. */
    long marked() {
        return marked;
    }

    /** Behind the last whole group. */
    long position() {
        return position;
    }

    long chain() {
        return chain;
    }

    /** Of the segment that it walks. */
    long epoch() {
        return epoch;
    }

    long lastSequence() {
        return lastSequence;
    }

    /** Whether the walk ended before something later than it was to take, and not at the log's end. */
    boolean wasCut() {
        return wasCut;
    }

    /** Of the last change, in ns since 1970. */
    long lastTimeNs() {
        return lastTimeNs;
    }
}
