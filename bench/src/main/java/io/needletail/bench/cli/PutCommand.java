package io.needletail.bench.cli;

import io.needletail.bench.put.PutRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench put}. */
@Command(
        name = "put",
        description =
                "A put taken apart: bare store, version protocol, checksum, record, a consumer; and anonymous entries.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench put --quick --working-set 4096",
            "  needletail bench put --json put.json"
        })
final class PutCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Override
    public Integer call() throws Exception {
        return options.measureSets(sets ->
                (plan, cores, folder, report, progress) -> new PutRun(plan, cores, folder, report, progress).run(sets));
    }
}
