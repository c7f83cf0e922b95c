package io.needletail.bench.cli;

import io.needletail.bench.ipc.IpcRun;
import io.needletail.bench.tiers.IpcFigures;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench sessions}. */
@Command(
        name = "sessions",
        description =
                "A get by every way that a session comes: a lane of its own, the shared publication, UDP on the loopback.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench sessions --quick",
            "  needletail bench sessions --json sessions.json"
        })
final class SessionsCommand implements Callable<Integer> {
    private static final List<String> SUBJECTS =
            List.of(IpcRun.GET, IpcRun.SHARED_GET, IpcRun.UDP_ECHO, IpcRun.UDP_GET);

    @Mixin
    private MeasureOptions options;

    @Override
    public Integer call() throws Exception {
        options.checkOutput();
        return options.measure((plan, cores, folder, report, progress) ->
                new IpcFigures(plan.ipc(), cores, folder, report, progress).run(SUBJECTS));
    }
}
