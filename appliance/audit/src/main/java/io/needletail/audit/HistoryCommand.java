package io.needletail.audit;

import io.needletail.server.cli.ApplianceOption;
import io.needletail.server.cli.ExitCode;
import io.needletail.server.cli.TextBytes;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code audit history}: what happened to one key. */
@Command(
        name = "history",
        description = {
            "Prints every change of one key, and where the trail has a gap: what happened there is not known.",
            "It reads the trail from its beginning."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail audit history --dir /srv/cache AAPL:limit",
            "  needletail audit history --dir /srv/cache 0x00ff17 --since 2026-11-29T14:30:00Z --json",
            "Exit: 0 printed, 1 there is no change of it, 2 wrong usage, 4 there is no trail."
        })
final class HistoryCommand implements Callable<Integer> {
    @Mixin
    private ApplianceOption appliance;

    @Mixin
    private EntryFilter filter;

    @Mixin
    private EntryPrinter printer;

    @Parameters(index = "0", paramLabel = "KEY", description = "Text, or hex after 0x.")
    private String key;

    @Override
    public Integer call() throws IOException {
        byte[] bytes = TextBytes.parse(key);
        KeyHistory history = new KeyHistory(bytes);
        long changes = 0;
        try (MergedTrail trail = new MergedTrail(appliance.dir(), filter)) {
            for (TrailEntry entry = trail.next(); entry != null && changes < filter.limit(); entry = trail.next()) {
                boolean isOf = history.isOf(entry);
                if (filter.takes(entry) && (isOf || entry.kind() == TrailEntry.Kind.GAP)) {
                    printer.print(isOf ? entry.withKey(bytes) : entry);
                    changes += isOf ? 1 : 0;
                }
            }
        }
        return changes > 0 ? ExitCode.DONE : ExitCode.NOT_FOUND;
    }
}
