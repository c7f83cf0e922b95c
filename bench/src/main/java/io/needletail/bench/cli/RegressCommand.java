package io.needletail.bench.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.needletail.bench.regress.Baseline;
import io.needletail.bench.regress.Regression;
import io.needletail.bench.tiers.TiersRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench regress}. */
@Command(
        name = "regress",
        description =
                "Compares a run's ratios with the stored ones. A ratio is worse when it is beyond every round that the"
                        + " baseline's own run had: the noise is that run's spread.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench regress --quick",
            "  needletail bench regress --from tiers.json",
            "  needletail bench regress --quick --update",
            "Exit: 0 nothing is worse, 1 something is or nothing could be measured, 2 wrong usage."
        })
final class RegressCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "Compares this report (of bench tiers or peers) and runs nothing.")
    private Path from;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "The stored ratios (default: bench/baseline.json of this clone).")
    private Path baseline = Path.of(System.getProperty("needletail.home"), "bench", "baseline.json");

    @Option(names = "--update", description = "Stores this run's ratios as the baseline, instead of comparing.")
    private boolean update;

    @Override
    public Integer call() throws Exception {
        options.checkOutput();
        OutputFile.check("--baseline", update ? baseline : null);
        Baseline stored = update ? null : Baseline.read(baseline);
        Baseline run = from != null ? read(from) : measure();
        if (run.rounds().isEmpty()) {
            throw new IOException("no ratio of this run has " + Baseline.MIN_ROUNDS + " rounds");
        }
        if (update) {
            run.write(baseline);
            System.out.println("stored " + run.rounds().size() + " ratios in " + baseline);
            return 0;
        }
        Regression regression = new Regression(stored, run);
        if (regression.isEmpty()) {
            throw new IOException("this run has none of the baseline's ratios: compare one of tiers or peers");
        }
        regression.print(System.out);
        options.writeJson(file -> new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(file.toFile(), regression.json()));
        return regression.isWorse() ? BenchMain.FAILED : 0;
    }

    private static Baseline read(Path report) throws IOException {
        return Baseline.ofReport(new ObjectMapper().readTree(report.toFile()));
    }

    private Baseline measure() throws IOException, InterruptedException {
        return Baseline.ofReport(options.measureOnly(
                (plan, cores, folder, report, progress) -> new TiersRun(plan, cores, folder, report, progress)
                        .with(1 << 25, "gating")
                        .run(options.workingSets())));
    }
}
