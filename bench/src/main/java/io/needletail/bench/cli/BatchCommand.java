package io.needletail.bench.cli;

import io.needletail.bench.batch.BatchRun;
import io.needletail.bench.tiers.WorkingSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench batch}. */
@Command(
        name = "batch",
        description = "What an entry costs by the length of the batch it is asked for in, by handle and by key.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench batch --quick --working-set L1,L2,L3,DRAM",
            "  needletail bench batch --json batch.json"
        })
final class BatchCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Override
    public Integer call() throws Exception {
        List<WorkingSet> sets;
        try {
            sets = options.workingSets();
            options.checkOutput();
        } catch (IllegalArgumentException e) {
            System.err.println("error: " + e.getMessage());
            return BenchMain.USAGE;
        }
        return options.measure(
                (plan, cores, folder, report, progress) -> new BatchRun(plan, cores, report, progress).run(sets));
    }
}
