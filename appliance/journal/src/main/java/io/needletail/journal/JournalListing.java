package io.needletail.journal;

import io.needletail.registry.view.ChangeHandler;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordContents;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What is in a journal, for people: its files and its records; also of an appliance that runs. */
public final class JournalListing {
    /**
     * One of its files.
     *
     * @param firstPosition where its part of the log begins
     * @param limit behind its part
     * @param forcedPosition up to which all was forced when that was noted last, or -1
     */
    public record File(String name, long firstPosition, long limit, long forcedPosition) {}

    /** Is told where the record stands whose contents come next. */
    @FunctionalInterface
    public interface Places {
        void at(long position, long epoch);
    }

    private JournalListing() {}

    public static List<File> files(Path folder) throws IOException {
        try (KeptJournal kept = KeptJournal.open(folder)) {
            return kept.files().stream()
                    .map(file -> new File(file.name(), file.firstPosition(), file.limit(), file.marked()))
                    .toList();
        }
    }

    /**
     * Shows every change, in order, up to the log's end.
     *
     * @return what is wrong behind the last one, or null
     * @throws JournalDamagedException when the files do not follow one another
     */
    public static String changes(Path folder, Places places, ChangeHandler handler) throws IOException {
        try (KeptJournal kept = KeptJournal.open(folder)) {
            if (kept.files().isEmpty()) {
                return null;
            }
            RegionHeader header = RegionHeader.ofPage(
                    Loads.memory().asSlice(kept.files().getFirst().regionHeader(), RegionLayout.HEADER_LENGTH));
            RecordContents contents = new RecordContents(header);
            JournalScan scan = JournalScan.over(kept.files());
            scan.showing((position, address) -> show(position, scan.epoch(), address, contents, places, handler));
            return scan.run() == JournalScan.Verdict.DAMAGED
                    ? "damaged at position " + scan.position() + ", before bytes that were forced"
                    : null;
        }
    }

    private static void show(
            long position, long epoch, long address, RecordContents contents, Places places, ChangeHandler handler) {
        long header = Loads.getLong(address);
        if (RecordLayout.isChange(RecordLayout.operation(header)) && contents.take(address, header)) {
            places.at(position, epoch);
            contents.handTo(handler);
        }
    }
}
