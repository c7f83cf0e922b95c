package io.needletail.audit;

import io.needletail.server.cli.ApplianceOption;
import io.needletail.server.cli.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code audit dump}: the trail from its beginning. */
@Command(
        name = "dump",
        description =
                "Prints the trail from its beginning: time, shard, version, operation, key and value of each change.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail audit dump --dir /srv/cache",
            "  needletail audit dump --dir /srv/cache --since 2026-11-29T14:30:00Z --until 2026-11-29T14:31:00Z --json",
            "Exit: 0 printed, 2 wrong usage, 4 there is no trail."
        })
final class DumpCommand implements Callable<Integer> {
    @Mixin
    private ApplianceOption appliance;

    @Mixin
    private EntryFilter filter;

    @Mixin
    private EntryPrinter printer;

    @Override
    public Integer call() throws IOException {
        try (MergedTrail trail = new MergedTrail(appliance.dir(), filter)) {
            long printed = 0;
            for (TrailEntry entry = trail.next(); entry != null && printed < filter.limit(); entry = trail.next()) {
                if (filter.takes(entry)) {
                    printer.print(entry);
                    printed++;
                }
            }
        }
        return ExitCode.DONE;
    }
}
