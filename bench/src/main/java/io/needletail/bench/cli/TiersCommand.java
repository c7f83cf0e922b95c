package io.needletail.bench.cli;

import io.needletail.bench.tiers.TiersRun;
import io.needletail.bench.tiers.WorkingSet;
import io.needletail.server.config.ConfigurationException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench tiers}. */
@Command(
        name = "tiers",
        description =
                "The tiers (embedded, co-located reader, IPC session) beside their floors and peers, in alternating rounds.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench tiers --quick --json tiers.json",
            "  needletail bench tiers --working-set L1,L2,L3,DRAM",
            "  needletail bench tiers --working-set 4096 --ring 64m --consumer lossy",
            "  needletail bench tiers --quick --only embedded.get,load"
        })
final class TiersCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Option(
            names = "--ring",
            paramLabel = "SIZE",
            defaultValue = "32m",
            description = "Mutation ring of the embedded region (${DEFAULT-VALUE}, the product's).")
    private String ring;

    @Option(
            names = "--consumer",
            paramLabel = "MODE",
            defaultValue = "gating",
            description = "The ring's consumer in embedded.put.consumer: gating or lossy (${DEFAULT-VALUE}).")
    private String consumer;

    @Option(
            names = "--only",
            paramLabel = "NAMES",
            split = ",",
            description =
                    "Measure these subjects and no others, by the names of the report; 'ipc' is all between processes.")
    private List<String> only;

    @Override
    public Integer call() throws Exception {
        List<WorkingSet> sets;
        long ringBytes;
        try {
            sets = options.workingSets();
            options.checkOutput();
            ringBytes = io.needletail.server.config.Option.RING_BYTES.parse(ring);
        } catch (IllegalArgumentException | ConfigurationException e) {
            System.err.println("error: " + e.getMessage());
            return BenchMain.USAGE;
        }
        if (!Set.of("gating", "lossy").contains(consumer) || Long.bitCount(ringBytes) != 1) {
            System.err.println("error: --consumer is gating or lossy, --ring a power of two");
            return BenchMain.USAGE;
        }
        List<String> names = only == null ? TiersRun.names() : only;
        if (!TiersRun.names().containsAll(names)) {
            System.err.println("error: --only takes " + String.join(", ", TiersRun.names()));
            return BenchMain.USAGE;
        }
        return options.measure((plan, cores, folder, report, progress) -> {
            report.parameter("ring", ringBytes);
            report.parameter("consumer", consumer);
            report.parameter("only", String.join(",", names));
            new TiersRun(plan, cores, folder, report, progress)
                    .with(ringBytes, consumer)
                    .only(names)
                    .run(sets);
        });
    }
}
