package io.needletail.journal;

import io.needletail.registry.view.Loads;
import java.io.IOException;

/** One file of a journal, its header checked. */
final class JournalFile implements AutoCloseable {
    private final StoredFile file;
    private final long firstPosition;
    private final long logAddress;
    private final long logLength;
    private int markTurn;

    private JournalFile(StoredFile file) {
        this.file = file;
        firstPosition = Loads.getLong(file.address() + JournalLayout.FIRST_POSITION_OFFSET);
        logLength = Loads.getLong(file.address() + JournalLayout.LOG_LENGTH_OFFSET);
        logAddress = file.address() + JournalLayout.LOG_OFFSET;
    }

    static JournalFile create(JournalFiles files, long firstPosition, long logLength, long regionHeader)
            throws IOException {
        return new JournalFile(files.create(
                JournalLayout.name(firstPosition),
                JournalLayout.LOG_OFFSET + logLength,
                at -> JournalLayout.writeHeader(at, firstPosition, logLength, regionHeader)));
    }

    /** @throws JournalDamagedException when its header is not that of a journal's file of this name */
    static JournalFile open(JournalFiles files, String name) throws IOException {
        return open(files.open(name));
    }

    static JournalFile open(StoredFile file) throws IOException {
        String name = file.name();
        boolean isWhole = JournalLayout.isHeader(file.address(), file.lengthBytes())
                && name.equals(JournalLayout.name(Loads.getLong(file.address() + JournalLayout.FIRST_POSITION_OFFSET)));
        if (JournalLayout.isOfAnotherFormat(file.address(), file.lengthBytes())) {
            String words = OtherFormat.explain(name, Loads.getLong(file.address() + 8), JournalLayout.FORMAT);
            file.close();
            throw new JournalDamagedException(words);
        }
        if (!isWhole) {
            String newer = JournalLayout.mayBeNewer(file.address(), file.lengthBytes())
                    ? "it may be of a newer version of Needletail: try that one first; "
                    : "";
            file.close();
            throw new JournalDamagedException(name + ": its header is damaged, or it is no file of a journal; " + newer
                    + JournalDamagedException.REMEDY);
        }
        return new JournalFile(file);
    }

    String name() {
        return file.name();
    }

    long firstPosition() {
        return firstPosition;
    }

    /** Behind its last segment. */
    long limit() {
        return firstPosition + logLength;
    }

    boolean holds(long position) {
        return position >= firstPosition && position < limit();
    }

    long addressOf(long position) {
        assert holds(position) : "position=" + position + " first=" + firstPosition;
        return logAddress + position - firstPosition;
    }

    /** Of the copy of the region's header page. */
    long regionHeader() {
        return file.address() + JournalLayout.REGION_HEADER_OFFSET;
    }

    void force() throws IOException {
        file.force();
    }

    void mark(long position) {
        JournalLayout.mark(file.address(), markTurn++, position);
    }

    /** Another one goes on where this one ends, and its name is on the medium. */
    void goesOn() {
        JournalLayout.note(file.address(), JournalLayout.NEXT_OFFSET, limit());
    }

    boolean hasGoneOn() {
        return JournalLayout.isNoted(file.address(), JournalLayout.NEXT_OFFSET, limit());
    }

    /** Whether a process before this one began to clear it and is not known to have ended. */
    boolean isBeingCleared() {
        return JournalLayout.isNoted(file.address(), JournalLayout.CLEARING_OFFSET);
    }

    void beginClearing(long position) {
        JournalLayout.note(file.address(), JournalLayout.CLEARING_OFFSET, position);
    }

    void endClearing() {
        JournalLayout.forget(file.address(), JournalLayout.CLEARING_OFFSET);
    }

    long marked() {
        return JournalLayout.marked(file.address());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
