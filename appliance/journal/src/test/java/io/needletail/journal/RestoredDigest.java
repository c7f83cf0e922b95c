package io.needletail.journal;

import java.io.IOException;
import java.nio.file.Path;

/** A process that makes a region from the journal in a folder and prints its digest. */
final class RestoredDigest {
    private RestoredDigest() {}

    public static void main(String[] arguments) throws IOException {
        try (SegmentJournal journal =
                SegmentJournal.open(new JournalFolder(Path.of(arguments[0])), JournalledShard.FILE_LENGTH)) {
            System.out.printf(
                    "%d %016x%n", journal.sequence(), JournalledShard.digest(JournalledShard.restored(journal)));
        }
    }
}
