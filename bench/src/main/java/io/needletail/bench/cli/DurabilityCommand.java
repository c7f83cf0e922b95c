package io.needletail.bench.cli;

import io.needletail.bench.durability.DurabilityPlan;
import io.needletail.bench.durability.DurabilityRun;
import io.needletail.bench.tiers.BenchPlan;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench durability}. */
@Command(
        name = "durability",
        description =
                "What durability costs: a put on the shard's thread with a journal behind it and while a snapshot is taken, an"
                        + " acknowledgement at JOURNALED and at SYNCED, a put in emulated persistent memory, the highest rate of each"
                        + " level, and a start after the region was lost.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench durability --quick",
            "  needletail bench durability --quick --only shard,synced --json durability.json"
        })
final class DurabilityCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PARTS",
            description = "Of shard, persistent, rates, synced and restart (default: all).")
    private List<String> only = DurabilityRun.PARTS;

    @Override
    public Integer call() throws Exception {
        Set<String> unknown = new TreeSet<>(only);
        unknown.removeAll(DurabilityRun.PARTS);
        if (!unknown.isEmpty()) {
            System.err.println("error: --only " + unknown + " is none of " + DurabilityRun.PARTS);
            return BenchMain.USAGE;
        }
        options.checkOutput();
        return options.measure((plan, cores, folder, report, progress) ->
                new DurabilityRun(plan(plan), cores, folder, report, progress, only).run());
    }

    private DurabilityPlan plan(BenchPlan plan) {
        return options.isSmoke()
                ? DurabilityPlan.SMOKE
                : plan == BenchPlan.QUICK ? DurabilityPlan.QUICK : DurabilityPlan.FULL;
    }
}
