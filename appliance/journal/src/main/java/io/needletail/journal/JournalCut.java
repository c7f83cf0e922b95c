package io.needletail.journal;

import io.needletail.memory.DataSync;
import io.needletail.memory.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A journal that nobody writes to any more, cut off behind a change: for a copy of which an appliance is to begin at an earlier time.
 *
 * @param position where the log must end
 * @param sequence of the last change before
 * @param timeNs of that change, since 1970
 */
public record JournalCut(long position, long sequence, long timeNs) {
    /** Where the log must end so that it has nothing later than a sequence and a time. */
    public static JournalCut find(Path folder, long lastSequence, long lastTimeNs) throws IOException {
        try (KeptJournal kept = KeptJournal.open(folder)) {
            if (kept.files().isEmpty()) {
                throw new IOException(folder + ": there is no journal");
            }
            JournalScan scan = JournalScan.over(kept.files()).upTo(lastSequence, lastTimeNs);
            boolean isDamaged = scan.run() == JournalScan.Verdict.DAMAGED;
            if (isDamaged && !scan.wasCut() && scan.lastSequence() != lastSequence) {
                throw new JournalDamagedException(folder + ": the journal is damaged at position " + scan.position()
                        + ", before what was asked for; the last change before has sequence " + scan.lastSequence());
            }
            return new JournalCut(scan.position(), scan.lastSequence(), scan.lastTimeNs());
        }
    }

    /** Cuts it off there, for good. */
    public void apply(Path folder) throws IOException {
        for (String name : KeptJournal.names(folder)) {
            long first = Long.parseLong(name.substring(0, name.indexOf('.')), 16);
            if (first >= Math.max(1, position)) {
                Files.delete(folder.resolve(name));
            } else {
                clearBehind(folder.resolve(name), first);
            }
        }
    }

    private void clearBehind(Path file, long first) throws IOException {
        try (MappedFile mapped = MappedFile.openBriefly(file);
                DataSync sync = DataSync.of(file)) { // whose end gives up the lock: nothing may follow
            long address = mapped.segment().address();
            long logLength = mapped.lengthBytes() - JournalLayout.LOG_OFFSET;
            if (first + logLength < position) {
                return; // all of it stays, and so does what it says was forced
            }
            mapped.segment()
                    .asSlice(JournalLayout.LOG_OFFSET + position - first)
                    .fill((byte) 0);
            JournalLayout.forget(address, JournalLayout.NEXT_OFFSET);
            for (int turn = 0; turn < JournalLayout.MARKS; turn++) {
                JournalLayout.mark(address, turn, position);
            }
            sync.force();
        }
    }
}
