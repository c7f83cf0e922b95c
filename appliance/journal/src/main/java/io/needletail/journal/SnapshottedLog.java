package io.needletail.journal;

/** The journal that snapshots are taken beside, as far as they have to do with it. */
public interface SnapshottedLog {
    /** Up to where everything was forced. */
    long forcedPosition();

    /** Of the last change that was appended. */
    long sequence();

    /** The latest engine time of a change that was appended, in ns since 1970. */
    long timeNs();

    /** From now on nobody needs the log before a position: a snapshot has what it says, and another one too. */
    void covered(long before);
}
