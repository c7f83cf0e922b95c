package io.needletail.bench.cli;

import io.needletail.bench.expiry.ExpiryRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench expiry}. */
@Command(
        name = "expiry",
        description = "What a million entries that end within one second do to the tail of a get over a session.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench expiry --quick",
            "  needletail bench expiry --entries 4000000 --json expiry.json"
        })
final class ExpiryCommand implements Callable<Integer> {
    private static final int SMOKE_ENTRIES = 10_000;

    @Mixin
    private MeasureOptions options;

    @Option(
            names = "--entries",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Entries that end in a round's second (${DEFAULT-VALUE}).")
    private int entries;

    @Override
    public Integer call() throws Exception {
        if (entries < 1) {
            System.err.println("error: --entries " + entries + " is not at least 1");
            return BenchMain.USAGE;
        }
        options.checkOutput();
        return options.measure((plan, cores, folder, report, progress) -> {
            int count = options.isSmoke() ? Math.min(entries, SMOKE_ENTRIES) : entries;
            report.parameter("entries", count);
            new ExpiryRun(cores, folder, report, progress, plan.ipc().rounds(), count, options.isSmoke()).run();
        });
    }
}
