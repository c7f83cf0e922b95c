package io.needletail.bench.cli;

import io.needletail.bench.sharing.SharingRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench sharing}. */
@Command(
        name = "sharing",
        description = {
            "A co-located reader's get while the owner writes the same entry, its neighbour in the cache line or another one,",
            "and the owner's put while somebody reads there. Two processes, two cores."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench sharing --quick",
            "  needletail bench sharing --json sharing.json"
        })
final class SharingCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Override
    public Integer call() throws Exception {
        return options.measureSets(
                sets -> (plan, cores, folder, report, progress) -> new SharingRun(plan, cores, report, progress).run());
    }
}
