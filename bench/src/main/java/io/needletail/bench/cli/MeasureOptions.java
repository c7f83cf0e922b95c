package io.needletail.bench.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.RunFolders;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Environment;
import io.needletail.bench.tiers.BenchPlan;
import io.needletail.bench.tiers.WorkingSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that {@code floors} and {@code tiers} share, and the frame around a run. */
final class MeasureOptions {
    /** What a verb measures. */
    @FunctionalInterface
    interface Body {
        void run(BenchPlan plan, BenchCores cores, Path folder, BenchReport report, Progress progress)
                throws IOException, InterruptedException;
    }

    /** Writes a file. */
    @FunctionalInterface
    interface Writing {
        void to(Path file) throws IOException;
    }

    private static final String[] BOTH = {"4096", "1M"};
    private static final String[] FOR_SHOW = {"4096"};

    @Option(names = "--quick", description = "Shorter rounds: some minutes on two cores, ten with all peers.")
    private boolean quick;

    @Option(
            names = "--smoke",
            hidden = true,
            defaultValue = "${env:NEEDLETAIL_SMOKE:-false}",
            description = "Shows that everything works; the figures mean nothing.")
    private boolean smoke;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes environment, results and ratios.")
    private Path json;

    @Option(
            names = "--working-set",
            paramLabel = "SET,...",
            split = ",",
            description = "4096, 1M, another power of two, or L1, L2, L3, DRAM (default: 4096,1M).")
    private String[] sets;

    @Option(
            names = "--asked",
            paramLabel = "N",
            description = "Asks for N entries of each set only, a power of two: a hot set in a large table.")
    private Integer asked;

    boolean isSmoke() {
        return smoke;
    }

    List<WorkingSet> workingSets() {
        if (asked != null && (asked < 2 || Integer.bitCount(asked) != 1)) {
            throw new IllegalArgumentException("--asked " + asked + " is not a power of two");
        }
        return Arrays.stream(sets != null ? sets : smoke ? FOR_SHOW : BOTH)
                .map(WorkingSet::parse)
                .map(set -> smoke ? set.forShow() : set)
                .map(set -> asked == null ? set : set.asking(asked))
                .distinct()
                .toList();
    }

    /** Throws when the JSON could not be written in the end. */
    void checkOutput() {
        OutputFile.check("--json", json);
    }

    /** What a verb measures on working sets. */
    @FunctionalInterface
    interface SetBody {
        Body on(List<WorkingSet> sets);
    }

    /** {@link #measure} on the sets that were asked for; {@link BenchMain#USAGE} and the reason when an option is wrong. */
    int measureSets(SetBody body) throws IOException, InterruptedException {
        List<WorkingSet> sets;
        try {
            sets = workingSets();
            checkOutput();
        } catch (IllegalArgumentException e) {
            System.err.println("error: " + e.getMessage());
            return BenchMain.USAGE;
        }
        return measure(body.on(sets));
    }

    /** Measures, prints, and writes the JSON where one is asked for. */
    int measure(Body body) throws IOException, InterruptedException {
        BenchReport report = run(body);
        writeJson(report::writeJson);
        return 0;
    }

    /** The same for who has another use of the report than to write it. */
    JsonNode measureOnly(Body body) throws IOException, InterruptedException {
        return new ObjectMapper().valueToTree(run(body).json());
    }

    /** Writes whatever the verb has for programs, where {@code --json} names a file. */
    void writeJson(Writing writing) throws IOException {
        if (json != null) {
            writing.to(json);
        }
    }

    private BenchReport run(Body body) throws IOException, InterruptedException {
        BenchPlan plan = smoke ? BenchPlan.SMOKE : quick ? BenchPlan.QUICK : BenchPlan.FULL;
        BenchCores cores = BenchCores.ofThisProcess();
        Path folder = RunFolders.open(Environment.runs());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> removeAppliances(folder), "clean-up"));
        BenchReport report = new BenchReport(Environment.capture(cores));
        report.parameter("plan", smoke ? "smoke" : quick ? "quick" : "full");
        if (smoke) {
            report.note("SMOKE: this shows that everything works; the figures mean nothing");
        }
        if (!cores.canPin()) {
            report.note("one core: nothing is pinned, figures between processes say little");
        }
        body.run(plan, cores, folder, report, new Progress());
        report.print(System.out);
        return report;
    }

    private static void removeAppliances(Path folder) {
        RoleProcess.endAll();
        try {
            RunFolders.removeAppliances(folder);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("while cleaning up: " + e); // the next run removes what is left
        }
    }
}
