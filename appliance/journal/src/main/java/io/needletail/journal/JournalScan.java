package io.needletail.journal;

import io.needletail.engine.RecordValidator;
import io.needletail.engine.SegmentHeaders;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionHeader;
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

    private long position;
    private long chain;
    private long epoch;
    private long groupStart;
    private long chainAtGroupStart;
    private long sequenceAtGroupStart;
    private boolean inGroup;
    private long lastSequence;

    /** @param files that follow one another without a gap */
    JournalScan(List<JournalFile> files, RegionHeader region) {
        assert !files.isEmpty() : "no files";
        this.files = files;
        headers = new SegmentHeaders(region);
        validator = new RecordValidator(region);
        position = files.getFirst().firstPosition();
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
            if (next == 0 || !continuesGroup(RecordLayout.flags(Loads.getLong(at)))) {
                return false;
            }
            chain = next;
            lastSequence = Math.max(lastSequence, Loads.getLong(at + RecordLayout.VERSION_OFFSET));
            position += (long) RecordLayout.lines(Loads.getLong(at)) * RecordLayout.LINE_LENGTH;
        }
        return !inGroup; // a group never crosses a segment's end
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
        long marked = -1;
        for (JournalFile file : files) {
            marked = Math.max(marked, file.marked());
        }
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

    /** Behind the last whole group. */
    long position() {
        return position;
    }

    long chain() {
        return chain;
    }

    long lastSequence() {
        return lastSequence;
    }
}
