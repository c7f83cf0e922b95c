package io.needletail.bench.cli;

import io.needletail.bench.sharing.Scene;
import io.needletail.bench.sharing.SharingRun;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
            "  needletail bench sharing --json sharing.json",
            "  needletail bench sharing --quick --only reader.hot,reader.updated1M"
        })
final class SharingCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Option(
            names = "--only",
            paramLabel = "NAMES",
            split = ",",
            description = "Measure these and no others, by the names of the report.")
    private List<String> only = Scene.names();

    @Override
    public Integer call() throws Exception {
        if (!Scene.names().containsAll(only)) {
            System.err.println("error: --only takes " + String.join(", ", Scene.names()));
            return BenchMain.USAGE;
        }
        return options.measureSets(sets ->
                (plan, cores, folder, report, progress) -> new SharingRun(plan, cores, report, progress, only).run());
    }
}
