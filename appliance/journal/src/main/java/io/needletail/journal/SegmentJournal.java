package io.needletail.journal;

import io.needletail.engine.RecordedLog;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordChain;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RingLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A journal in files of our own, made whole before the log comes to them. One thread appends and never makes, opens or forces a
 * file; another one, the keeper, does nothing else, and gives files up that snapshots cover.
 *
 * <p>Shared fields: {@code next} is written by the keeper with release and taken by the appender with acquire; {@code position} and
 * {@code sequence} are written by the appender with release behind the bytes they speak of and read by the keeper with acquire;
 * {@code forcedPosition} is written by the keeper, {@code coveredPosition} by who takes snapshots, and each read by the other.
 */
public final class SegmentJournal implements Journal, RecordedLog, SnapshottedLog, AutoCloseable {
    private static final long PAGE = RegionLayout.PAGE_LENGTH;

    private final JournalFiles store;
    private final long fileLength;
    /** A copy of the region's header page, for every file. */
    private final MemorySegment regionHeader;

    /** In order; the keeper's once it runs. */
    private final List<JournalFile> files;

    /** The appender's: the file that it writes to, and those that were there already behind it. */
    private JournalFile current;

    private final Deque<JournalFile> ahead = new ArrayDeque<>();

    private volatile JournalFile next;
    private volatile long position;
    private volatile long sequence;
    private volatile long timeNs;
    private volatile long forcedPosition;
    private volatile long coveredPosition;
    private long forcedSequence;
    private long tornBytes;

    private SegmentJournal(
            JournalFiles store, long fileLength, MemorySegment regionHeader, List<JournalFile> files, JournalScan end) {
        this.store = store;
        this.fileLength = fileLength;
        this.regionHeader = regionHeader;
        this.files = files;
        position = end.position();
        sequence = end.lastSequence();
        timeNs = end.lastTimeNs();
        current = files.getFirst();
        for (JournalFile file : files) {
            if (file.firstPosition() < position) {
                current = file;
            } else if (file != current) {
                ahead.add(file);
            }
        }
    }

    /** A copy of a header page that outlives what it was read from. */
    private static MemorySegment copyOf(MemorySegment headerPage) {
        MemorySegment copy = Arena.ofAuto().allocate(RegionLayout.HEADER_LENGTH, Long.BYTES);
        return copy.copyFrom(headerPage.asSlice(0, RegionLayout.HEADER_LENGTH));
    }

    /** Whether there is a journal. */
    public static boolean isIn(JournalFiles store) throws IOException {
        return !store.names().isEmpty();
    }

    /**
     * Begins one for a region. Behind one that was written to already it begins with the segment that the log's end stands in: what is
     * before takes a snapshot.
     */
    public static SegmentJournal create(JournalFiles store, MemorySegment region, long fileLength) throws IOException {
        checkFileLength(fileLength);
        MemorySegment header = copyOf(region);
        long first = RingLayout.baseOf(new LiveHeader(region.address()).appliedPosition() - 1);
        List<JournalFile> files = new ArrayList<>();
        files.add(JournalFile.create(store, Math.max(0, first), fileLength, header.address()));
        return new SegmentJournal(store, fileLength, header, files, new JournalScan(files, RegionHeader.of(region)));
    }

    /** Whether a file's part of the log can be so long. */
    public static boolean isFileLength(long fileLength) {
        return fileLength >= RingLayout.SEGMENT_LENGTH && RingLayout.baseOf(fileLength) == fileLength;
    }

    private static void checkFileLength(long fileLength) {
        if (!isFileLength(fileLength)) {
            throw new IllegalArgumentException("fileLength=" + fileLength + ": a multiple of 2 MiB");
        }
    }

    /**
     * Opens one and finds its end.
     *
     * @throws JournalDamagedException when bytes that were forced are not what they were, or a file is missing before the last
     */
    public static SegmentJournal open(JournalFiles store, long fileLength) throws IOException {
        checkFileLength(fileLength);
        List<JournalFile> files = new ArrayList<>();
        try {
            for (String name : store.names()) {
                files.add(JournalFile.open(store, name));
            }
            return open(store, fileLength, files);
        } catch (IOException | RuntimeException e) {
            for (JournalFile file : files) {
                file.close();
            }
            throw e;
        }
    }

    private static String restoreBefore(long lastSequence) {
        return lastSequence == 0
                ? ""
                : "what is before may still be had, of an appliance with one shard, with: needletail restore --dir DIR --to "
                        + lastSequence + " DEST, and start --dir DEST; else ";
    }

    private static String nameAt(List<JournalFile> files, long position) {
        return files.stream()
                .filter(file -> file.holds(position))
                .findFirst()
                .orElse(files.getLast())
                .name();
    }

    private static SegmentJournal open(JournalFiles store, long fileLength, List<JournalFile> files)
            throws IOException {
        JournalScan.checkThatTheLastIsThere(files);
        JournalScan scan = JournalScan.over(files);
        JournalScan.Verdict verdict = scan.run();
        if (verdict == JournalScan.Verdict.DAMAGED) {
            throw new JournalDamagedException("the journal is damaged at position " + scan.position() + ", in "
                    + nameAt(files, scan.position()) + ", before bytes that were forced; "
                    + restoreBefore(scan.lastSequence()) + JournalDamagedException.REMEDY);
        }
        MemorySegment header =
                copyOf(Loads.memory().asSlice(files.getFirst().regionHeader(), RegionLayout.HEADER_LENGTH));
        SegmentJournal journal = new SegmentJournal(store, fileLength, header, files, scan);
        if (verdict == JournalScan.Verdict.TORN || files.stream().anyMatch(JournalFile::isBeingCleared)) {
            journal.clearTail();
        }
        journal.writeAgain(Math.max(0, scan.marked()));
        for (JournalFile file : files.subList(0, files.size() - 1)) {
            file.goesOn(); // a kill may have come before it was noted
        }
        return journal;
    }

    /**
     * What an earlier process wrote and is not known to have forced. Its force may have failed: then the kernel shows bytes that are not
     * on the medium and takes their pages for written, and no force brings them there any more. Written again they are like new ones.
     */
    private void writeAgain(long from) throws IOException {
        for (JournalFile file : files) {
            long begin = Math.max(from, file.firstPosition());
            long end = Math.min(position, file.limit());
            for (long at = begin; at < end; ) {
                long address = file.addressOf(at);
                Stores.putLongRelease(
                        address, Loads.getLongOpaque(address)); // a plain one would be left out by the JIT
                at += PAGE - (address & PAGE - 1);
            }
            if (begin < end) {
                file.force();
            }
        }
    }

    /**
     * Bytes of what was on its way when the power went: a later walk must not take them for the log. A file says while it is being
     * cleared: zeros that an earlier process could not force are stored again.
     */
    private void clearTail() throws IOException {
        for (JournalFile file : files) {
            boolean isBegun = file.isBeingCleared();
            long found = 0;
            for (long at = Math.max(position, file.firstPosition()); at < file.limit(); at += Long.BYTES) {
                long address = file.addressOf(at);
                boolean isTorn = Loads.getLong(address) != 0;
                if (isTorn && found == 0) {
                    file.beginClearing(position);
                }
                if (isTorn || isBegun && (address & PAGE - 1) == 0) {
                    Stores.putLong(address, 0);
                }
                found += isTorn ? Long.BYTES : 0;
            }
            tornBytes += found;
            if (found > 0 || isBegun) {
                file.force();
                file.endClearing();
            }
        }
    }

    @Override
    public long forcedPosition() {
        return forcedPosition;
    }

    @Override
    public void covered(long before) {
        coveredPosition = before;
    }

    /**
     * Gives up the oldest file, when nobody needs it; the keeper's work.
     *
     * @return whether there was one
     */
    boolean dropCovered() throws IOException {
        JournalFile oldest = files.getFirst();
        if (files.size() == 1 || oldest.limit() > coveredPosition) {
            return false;
        }
        assert oldest.limit() <= forcedPosition : "a snapshot beyond what was forced: " + coveredPosition;
        store.delete(oldest.name()); // first: one that stays must not be followed by a gap
        files.removeFirst();
        oldest.close();
        return true;
    }

    /** Of the region that this is the journal of. */
    public MemorySegment regionHeader() {
        return regionHeader;
    }

    /** Bytes behind the end that were cleared when it was opened: written, never forced, and not whole. */
    public long tornBytes() {
        return tornBytes;
    }

    /** There was a change with this sequence, and a snapshot may be all that knows of it; before the journal is written to. */
    public void knows(long earlierSequence) {
        sequence = Math.max(sequence, earlierSequence);
    }

    public long position() {
        return position;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public long timeNs() {
        return timeNs;
    }

    @Override
    public long firstPosition() {
        return files.getFirst().firstPosition();
    }

    @Override
    public long endPosition() {
        return position;
    }

    @Override
    public long segmentAddress(long basePosition) {
        for (JournalFile file : files) {
            if (file.holds(basePosition)) {
                return file.addressOf(basePosition);
            }
        }
        throw new IllegalArgumentException("basePosition=" + basePosition);
    }

    @Override
    public boolean hasRoomAt(long at) {
        if (current.holds(at)) {
            return true;
        }
        JournalFile following = ahead.poll();
        if (following == null) {
            following = next;
            next = null;
        }
        if (following == null) {
            return false;
        }
        assert following.holds(at) : "position=" + at + " next=" + following.firstPosition();
        current = following;
        return true;
    }

    @Override
    public void append(long fromAddress, long at, long length) {
        assert current.holds(at) && at + length <= current.limit() : "position=" + at + " length=" + length;
        Stores.copy(fromAddress, current.addressOf(at), length);
    }

    @Override
    public void pad(long at, long chain) {
        long left = RingLayout.baseOf(at) + RingLayout.SEGMENT_LENGTH - at;
        assert left > 0 && left < RingLayout.SEGMENT_LENGTH : "position=" + at;
        int lines = (int) (left / RecordLayout.LINE_LENGTH);
        long header = RecordLayout.header(0, lines, RecordLayout.PAD, RecordLayout.SINGLE);
        long address = current.addressOf(at);
        Stores.putLong(address + RecordLayout.CHAIN_OFFSET, RecordChain.next(chain, header, 0, 0, 0, 0));
        Stores.putLongRelease(address, header);
    }

    @Override
    public void published(long newPosition, long newSequence, long newTimeNs) {
        assert newPosition >= position && newSequence >= sequence : "position=" + newPosition;
        timeNs = Math.max(timeNs, newTimeNs);
        position = newPosition;
        sequence = newSequence; // behind it: who reads the sequence first reads a position that is no less far
    }

    @Override
    public boolean prepare() throws IOException {
        JournalFile last = files.getLast();
        if (next != null || position < last.limit() - fileLength / 2) {
            return false;
        }
        JournalFile made = JournalFile.create(store, last.limit(), fileLength, regionHeader.address());
        last.goesOn();
        files.add(made);
        next = made;
        return true;
    }

    @Override
    public long force() throws IOException {
        long lastSequence = sequence;
        long written = position;
        if (written == forcedPosition && lastSequence == forcedSequence) {
            return forcedSequence;
        }
        JournalFile last = files.getFirst();
        for (JournalFile file : files) {
            if (file.limit() > forcedPosition && file.firstPosition() < Math.max(1, written)) {
                file.force();
                last = file;
            }
        }
        forcedPosition = written;
        forcedSequence = lastSequence;
        last.mark(written);
        return lastSequence;
    }

    @Override
    public void close() throws IOException {
        for (JournalFile file : files) {
            file.close();
        }
    }
}
