package io.needletail.journal;

import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionLayout;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a journal's files say, every record checked and none changed; also of an appliance that runs.
 *
 * @param files how many there are
 * @param firstPosition where the log in them begins
 * @param endPosition behind the last whole group
 * @param lastSequence of the last change
 * @param isTorn whether other bytes follow: on their way when the power went, or just now
 * @param fault what is wrong, or null
 */
public record JournalCheck(
        int files, long firstPosition, long endPosition, long lastSequence, boolean isTorn, String fault) {
    /** A file may be given up between its listing and its opening. */
    private static final int TRIES = 5;

    /** Looks at all files of a folder. */
    public static JournalCheck of(Path folder) throws IOException {
        KeptJournalFiles kept = new KeptJournalFiles(folder);
        for (int tries = 1; ; tries++) {
            try {
                return of(kept);
            } catch (NoSuchFileException e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    private static JournalCheck of(KeptJournalFiles kept) throws IOException {
        List<JournalFile> files = new ArrayList<>();
        try {
            for (String name : kept.names()) {
                files.add(JournalFile.open(kept, name));
            }
            return files.isEmpty() ? new JournalCheck(0, 0, 0, 0, false, null) : walk(files);
        } catch (JournalDamagedException e) {
            return new JournalCheck(files.size(), 0, 0, 0, false, e.getMessage());
        } finally {
            for (JournalFile file : files) {
                file.close();
            }
        }
    }

    private static JournalCheck walk(List<JournalFile> files) throws IOException {
        SegmentJournal.checkSequence(files);
        JournalScan scan = new JournalScan(
                files,
                SegmentJournal.headerOf(
                        Loads.memory().asSlice(files.getFirst().regionHeader(), RegionLayout.HEADER_LENGTH),
                        files.getFirst().name()));
        JournalScan.Verdict verdict = scan.run();
        String fault = verdict == JournalScan.Verdict.DAMAGED
                ? "damaged at position " + scan.position() + ", before bytes that were forced"
                : null;
        return new JournalCheck(
                files.size(),
                files.getFirst().firstPosition(),
                scan.position(),
                scan.lastSequence(),
                verdict == JournalScan.Verdict.TORN,
                fault);
    }
}
