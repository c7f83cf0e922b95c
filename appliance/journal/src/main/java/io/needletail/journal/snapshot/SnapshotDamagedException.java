package io.needletail.journal.snapshot;

import java.io.IOException;

/** A snapshot is not what was published; the message says where. */
public final class SnapshotDamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    SnapshotDamagedException(String message) {
        super(message);
    }
}
