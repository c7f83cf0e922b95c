package io.needletail.journal.snapshot;

import java.io.IOException;

/** A snapshot is not what was published; the message says where. */
public final class SnapshotDamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    SnapshotDamagedException(String message) {
        super(message);
    }

    /** One that cannot be read, for whatever reason. */
    public static SnapshotDamagedException of(String name, IOException why) {
        if (why instanceof SnapshotDamagedException damaged) {
            return damaged;
        }
        SnapshotDamagedException unread = new SnapshotDamagedException(name + ": cannot be read: " + why.getMessage());
        unread.initCause(why);
        return unread;
    }
}
