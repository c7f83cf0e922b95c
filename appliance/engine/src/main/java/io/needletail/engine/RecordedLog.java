package io.needletail.engine;

/**
 * A mutation log that is kept outside the region: whole segments as the ring has them, from its beginning to the last whole group. Its
 * records were checked by whoever offers it.
 */
public interface RecordedLog {
    /** Of the first segment. */
    long firstPosition();

    /** Behind the last record. */
    long endPosition();

    /** Where the bytes of the segment at a position lie, its header first. */
    long segmentAddress(long basePosition);
}
