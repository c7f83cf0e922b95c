package io.needletail.bench.cli;

import io.needletail.bench.path.PathRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench path}. */
@Command(
        name = "path",
        description = {
            "Where the nanoseconds of a session's round trip go: cache line, Aeron's echo, ping, get by handle, get by key;",
            "the shard's own part by stages: copy, validate, decode, resolve, encode;",
            "and what the length of Aeron's terms and the cadence of its driver do to the echo."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Examples:", "  needletail bench path --quick", "  needletail bench path --json path.json"})
final class PathCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Override
    public Integer call() throws Exception {
        return options.measureSets(sets -> (plan, cores, folder, report, progress) ->
                new PathRun(plan.ipc(), cores, folder, report, progress).run(plan.micro()));
    }
}
