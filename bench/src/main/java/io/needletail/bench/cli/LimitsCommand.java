package io.needletail.bench.cli;

import io.needletail.bench.limits.LimitsRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench limits}. */
@Command(
        name = "limits",
        description = "What a session notices of a neighbour that asks for more than a limit allows.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Examples:", "  needletail bench limits --quick", "  needletail bench limits --json limits.json"})
final class LimitsCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Override
    public Integer call() throws Exception {
        options.checkOutput();
        return options.measure((plan, cores, folder, report, progress) ->
                new LimitsRun(cores, folder, report, progress, plan.ipc().rounds(), options.isSmoke()).run());
    }
}
