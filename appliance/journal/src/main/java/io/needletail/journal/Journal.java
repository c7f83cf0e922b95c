package io.needletail.journal;

import java.io.IOException;

/** Where the mutation log is kept beyond the region: appended by one thread, forced by another. */
public interface Journal {
    /** Whether the bytes at a position have room now; its file is prepared ahead, and may not be ready. */
    boolean hasRoomAt(long position);

    /** Copies a piece of the log, which does not cross a segment's end and follows what was appended before. */
    void append(long fromAddress, long position, long length);

    /** Stands for the rest of a segment that nothing will be appended to any more. */
    void pad(long position, long chain);

    /**
     * Makes the next file when half of the last one is full; not the appender's work while it follows a shard.
     *
     * @throws IOException when there is no room for it; nothing is lost, and it may be tried again
     */
    boolean prepare() throws IOException;

    /**
     * Forces what was appended so far; not the appender's work either.
     *
     * @return the sequence of the last change that is on the medium now
     * @throws IOException when it is not, nor will be: the shard must stop
     */
    long force() throws IOException;

    /** Says that everything up to a position was appended; the last change in it has this sequence, none a later time. */
    void published(long position, long sequence, long timeNs);
}
