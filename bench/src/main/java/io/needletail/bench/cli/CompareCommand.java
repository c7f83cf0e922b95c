package io.needletail.bench.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.needletail.bench.compare.Comparer;
import io.needletail.bench.compare.Comparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench compare}. */
@Command(
        name = "compare",
        description =
                "Two runs of one kind: B divided by A, with 95%% confidence intervals. Lower is better unless the name"
                        + " says rate or PerSecond.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench compare target/bench/latency-A target/bench/latency-B",
            "  needletail bench compare before.json after.json",
            "Exit: 0 compared, 1 could not read, 2 wrong usage, unlike machines or unlike runs."
        })
final class CompareCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "A", description = "Folder of a latency run, or JSON of floors or tiers.")
    private Path first;

    @Parameters(index = "1", paramLabel = "B", description = "Another of the same kind.")
    private Path second;

    @Option(names = "--unlike-machines", description = "Compares although the machines differ.")
    private boolean unlike;

    @Option(names = "--unlike-runs", description = "Compares although the runs were asked different things.")
    private boolean unlikeRuns;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the comparison as JSON.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        Comparison comparison = new Comparer(first, second).compare();
        comparison.machineDifferences().forEach(text -> System.err.println("the machines differ in " + text));
        comparison.runDifferences().forEach(text -> System.err.println("the runs differ in " + text));
        comparison.failed().forEach(System.err::println);
        if (!comparison.machineDifferences().isEmpty() && !unlike) {
            System.err.println("error: figures of unlike machines say nothing about the software;"
                    + " --unlike-machines compares them all the same");
            return BenchMain.USAGE;
        }
        if (!comparison.runDifferences().isEmpty() && !unlikeRuns) {
            System.err.println("error: the runs were asked different things; --unlike-runs compares them all the same");
            return BenchMain.USAGE;
        }
        if (comparison.isEmpty()) {
            System.err.println("error: the two runs have no figure in common: other tier, rate or operation");
            return BenchMain.FAILED;
        }
        comparison.print(System.out);
        if (json != null) {
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(json.toFile(), Map.of("lines", comparison.json()));
        }
        return 0;
    }
}
