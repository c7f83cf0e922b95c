package io.needletail.bench.cli;

import io.needletail.bench.tiers.FloorsRun;
import io.needletail.bench.tiers.WorkingSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench floors}. */
@Command(
        name = "floors",
        description =
                "What this machine can do at best: bare loads and stores, a cache line between two cores, an Aeron echo.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench floors --quick",
            "  needletail bench floors --working-set L1,L2,L3,DRAM --json floors.json"
        })
final class FloorsCommand implements Callable<Integer> {
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
        return options.measure((plan, cores, folder, report, progress) ->
                new FloorsRun(plan, cores, folder, report, progress).run(sets));
    }
}
