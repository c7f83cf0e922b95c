package io.needletail.bench.cli;

import io.needletail.bench.batch.BatchRun;
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
        return options.measureSets(sets ->
                (plan, cores, folder, report, progress) -> new BatchRun(plan, cores, report, progress).run(sets));
    }
}
