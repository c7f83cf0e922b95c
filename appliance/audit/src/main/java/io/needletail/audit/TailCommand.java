package io.needletail.audit;

import io.needletail.server.cli.ApplianceOption;
import io.needletail.server.cli.ExitCode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit tail}: the end of the trail, and what comes. */
@Command(
        name = "tail",
        description = "Prints the last entries of the trail; with --follow also those that come, until ^C.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail audit tail --dir /srv/cache",
            "  needletail audit tail --dir /srv/cache --lines 100 --follow --json",
            "Exit: 0 printed, 2 wrong usage, 4 there is no trail."
        })
final class TailCommand implements Callable<Integer> {
    private static final long PAUSE_MS = 5;

    @Mixin
    private ApplianceOption appliance;

    @Mixin
    private EntryFilter filter;

    @Mixin
    private EntryPrinter printer;

    @Option(
            names = "--lines",
            paramLabel = "N",
            description = "Begins with the last N entries (default: ${DEFAULT-VALUE}).")
    private int lines = 10;

    @Option(names = "--follow", description = "Goes on with what comes.")
    private boolean follow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (lines < 0) {
            throw new IllegalArgumentException("--lines is 0 or more");
        }
        try (MergedTrail trail = new MergedTrail(appliance.dir(), filter)) {
            trail.toLast(lines);
            long printed = printLast(trail);
            while (follow && printed < filter.limit()) {
                TrailEntry entry = trail.next();
                if (entry == null) {
                    System.out.flush();
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
                } else if (filter.takes(entry)) {
                    printer.print(entry);
                    printed++;
                }
            }
        }
        return ExitCode.DONE;
    }

    /** Of each shard there are so many; of all of them together the last. */
    private long printLast(MergedTrail trail) {
        Deque<TrailEntry> last = new ArrayDeque<>();
        for (TrailEntry entry = trail.next(); entry != null; entry = trail.next()) {
            if (filter.takes(entry)) {
                last.add(entry);
            }
            if (last.size() > lines) {
                last.remove();
            }
        }
        last.stream().limit(filter.limit()).forEach(printer::print);
        return last.size();
    }
}
