package io.needletail.journal;

import java.io.IOException;

/** Bytes of a journal that were forced are not what they were, or a file of it is missing; the message says where. */
public final class JournalDamagedException extends IOException {
    /** A copy that was taken is the folder of an appliance itself. */
    static final String REMEDY = "start on a backup (needletail start --dir BACKUP), or start --fresh discards it";

    private static final long serialVersionUID = 1L;

    JournalDamagedException(String message) {
        super(message);
    }
}
