package io.needletail.server.cli;

import io.needletail.journal.JournalDamagedException;
import io.needletail.journal.JournalListing;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RecordLayout;
import io.needletail.server.KeptShard;
import io.needletail.server.inspect.Facts;
import io.needletail.server.inspect.RegionInspection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code inspect journal}: files and records. */
@Command(
        name = "journal",
        description =
                "The files of each shard's journal; with --records every change in them: position, epoch, version, time,"
                        + " operation, key or handle, value.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail inspect journal --dir /srv/cache",
            "  needletail inspect journal --dir /srv/cache --records --since 4294967301 --limit 20 --json",
            "Exit: 0 all whole, 1 something is damaged, 2 wrong usage, 3 there is no journal."
        })
final class InspectJournal implements Callable<Integer> {
    @ParentCommand
    private InspectCommand inspect;

    @Option(names = "--records", description = "Prints the changes.")
    private boolean records;

    @Option(names = "--since", paramLabel = "VERSION", description = "Only changes behind this version.")
    private long since;

    @Option(names = "--limit", paramLabel = "N", description = "At most N changes of each shard.")
    private long limit = Long.MAX_VALUE;

    private boolean isWhole = true;
    private long printed;
    private long position;
    private long epoch;

    @Override
    public Integer call() throws IOException {
        List<Facts> all = new ArrayList<>();
        for (int shard = 0; shard < KeptShard.count(inspect.appliance().dir()); shard++) {
            Path journal = KeptShard.journalOf(inspect.appliance().dir(), shard);
            if (inspect.takes(shard) && records) {
                printRecords(journal);
            } else if (inspect.takes(shard)) {
                all.add(describe(shard, journal));
            }
        }
        if (all.isEmpty() && !records) {
            throw new NothingThereException("there is no journal" + inspect.ofShard() + " in "
                    + inspect.appliance().dir());
        }
        if (!records) {
            inspect.print(all);
        }
        return isWhole ? ExitCode.DONE : ExitCode.FAILED;
    }

    private Facts describe(int shard, Path journal) throws IOException {
        Facts facts = new Facts().put("shard", shard);
        try {
            List<Facts> files = new ArrayList<>();
            List<JournalListing.File> listed = JournalListing.files(journal);
            for (JournalListing.File file : listed) {
                files.add(new Facts()
                        .put("name", file.name())
                        .put("firstPosition", file.firstPosition())
                        .put("limit", file.limit())
                        .put("forcedPosition", file.forcedPosition()));
            }
            facts.put("file", files);
            long[] changes = new long[1];
            LongConsumer progress = KeptOut.progress("checked");
            long first = listed.isEmpty() ? 0 : listed.getFirst().firstPosition();
            String fault = JournalListing.changes(
                    journal, (at, of) -> progress.accept(at - first), (a, b, c, d, e) -> changes[0]++);
            return facts.put("changes", changes[0]).put("fault", note(fault));
        } catch (JournalDamagedException e) {
            return facts.put("fault", note(e.getMessage()));
        }
    }

    private String note(String fault) {
        isWhole &= fault == null;
        return fault;
    }

    private void printRecords(Path journal) throws IOException {
        printed = 0;
        String fault = JournalListing.changes(
                journal,
                (at, of) -> {
                    position = at;
                    epoch = of;
                },
                this::printRecord);
        if (note(fault) != null) {
            System.err.println("error: " + journal + ": " + fault);
        }
    }

    private void printRecord(int operation, Key key, Entry entry, boolean hasValue, long timeNs) {
        if (entry.version() <= since || printed >= limit) {
            return;
        }
        printed++;
        Facts facts = new Facts()
                .put("position", position)
                .put("epoch", epoch)
                .put("version", entry.version())
                .put("time", RegionInspection.time(timeNs))
                .put("operation", RecordLayout.operationName(operation))
                .put("handle", String.format("0x%016x", entry.handle()))
                .put("key", key.length() == 0 ? null : TextBytes.format(key))
                .put("value", hasValue ? TextBytes.format(entry.value()) : null);
        if (inspect.isJson()) {
            JsonOut.print(facts::write);
        } else {
            System.out.println(facts.line());
        }
    }
}
