package io.needletail.journal;

import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What a journal's files say, every record checked and none changed; also of an appliance that runs.
 *
 * @param files how many there are
 * @param firstPosition where the log in them begins
 * @param endPosition behind the last whole group
 * @param lastSequence of the last change
 * @param isTorn whether other bytes follow: on their way when the power went, or just now
 * @param region that it is the journal of, or null when that is not known
 * @param fault what is wrong, or null
 */
public record JournalCheck(
        int files,
        long firstPosition,
        long endPosition,
        long lastSequence,
        boolean isTorn,
        RegionHeader region,
        String fault) {
    /** Looks at all files of a folder. */
    public static JournalCheck of(Path folder) throws IOException {
        return of(folder, bytes -> {});
    }

    /** @param progress is told how many bytes of the log were checked */
    public static JournalCheck of(Path folder, LongConsumer progress) throws IOException {
        try (KeptJournal kept = KeptJournal.open(folder)) {
            return kept.files().isEmpty()
                    ? new JournalCheck(0, 0, 0, 0, false, null, null)
                    : walk(kept.files(), progress);
        } catch (JournalDamagedException e) {
            return new JournalCheck(KeptJournal.names(folder).size(), 0, 0, 0, false, null, e.getMessage());
        }
    }

    private static JournalCheck walk(List<JournalFile> files, LongConsumer progress) throws JournalDamagedException {
        long first = files.getFirst().firstPosition();
        JournalScan scan = JournalScan.over(files).showing((position, address) -> progress.accept(position - first));
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
                RegionHeader.ofPage(
                        Loads.memory().asSlice(files.getFirst().regionHeader(), RegionLayout.HEADER_LENGTH)),
                fault);
    }
}
