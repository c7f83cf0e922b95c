package io.needletail.bench.cli;

import io.needletail.bench.micro.MicroPlan;
import io.needletail.bench.scale.ScaleRun;
import io.needletail.memory.CpuSet;
import io.needletail.server.config.ConfigurationException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench scale}. */
@Command(
        name = "scale",
        description =
                "One shard a core, embedded: from one core to all of them, and how much of perfect scaling is left.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench scale --quick",
            "  needletail bench scale --cores 8 --entries 1048576 --json scale.json"
        })
final class ScaleCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Option(
            names = "--cores",
            paramLabel = "N",
            description = "Cores at most (default: all that this process may use).")
    private Integer cores;

    @Option(
            names = "--entries",
            paramLabel = "N",
            defaultValue = "4096",
            description = "Entries of each shard, a power of two (${DEFAULT-VALUE}).")
    private int entries;

    @Option(
            names = "--ring",
            paramLabel = "SIZE",
            defaultValue = "32m",
            description = "Mutation ring of each shard (${DEFAULT-VALUE}, the product's).")
    private String ring;

    @Override
    public Integer call() throws Exception {
        List<Integer> allowed = CpuSet.allowed();
        if (entries < 2 || entries > 1 << 26 || Integer.bitCount(entries) != 1) {
            return refuse("--entries " + entries + " is not a power of two from 2 to " + (1 << 26));
        }
        if (cores != null && (cores < 1 || cores > allowed.size())) {
            return refuse("--cores " + cores + ": this process may use " + allowed.size());
        }
        long ringLength;
        try {
            ringLength = io.needletail.server.config.Option.RING_BYTES.parse(ring);
            options.checkOutput();
        } catch (IllegalArgumentException | ConfigurationException e) {
            return refuse(e.getMessage());
        }
        List<Integer> used = allowed.subList(0, cores == null ? allowed.size() : cores);
        return options.measure((plan, benchCores, folder, report, progress) -> {
            report.parameter("cores", used.size());
            report.parameter("entries", entries);
            MicroPlan turns = plan.micro();
            new ScaleRun(turns, used, entries, ringLength, report, progress).run();
        });
    }

    private static int refuse(String reason) {
        System.err.println("error: " + reason);
        return BenchMain.USAGE;
    }
}
