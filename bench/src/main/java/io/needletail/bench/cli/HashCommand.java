package io.needletail.bench.cli;

import io.needletail.bench.hash.HashRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench hash}. */
@Command(
        name = "hash",
        description = {
            "The hash of keys: speed, avalanche, and how full the directory gets, on order ids, ISINs, UUIDs, numbers that count up",
            "and on keys built to collide. A get by key is measured for each kind."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench hash --quick --json hash.json",
            "  needletail bench hash --lobster AAPL_2012-06-21_34200000_37800000_message_50.csv"
        })
final class HashCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Option(names = "--lobster", paramLabel = "FILE", description = "LOBSTER message file (default: generated flow).")
    private Path lobster;

    @Override
    public Integer call() throws Exception {
        if (lobster != null && !Files.isReadable(lobster)) {
            System.err.println("error: --lobster: cannot read the file " + lobster);
            return BenchMain.USAGE;
        }
        try {
            options.checkOutput();
        } catch (IllegalArgumentException e) {
            System.err.println("error: " + e.getMessage());
            return BenchMain.USAGE;
        }
        return options.measure((plan, cores, folder, report, progress) ->
                new HashRun(plan, cores.server(), report, progress).run(lobster));
    }
}
