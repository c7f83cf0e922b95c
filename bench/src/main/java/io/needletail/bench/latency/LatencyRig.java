package io.needletail.bench.latency;

import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.RunFolders;
import io.needletail.bench.report.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** One call of {@code bench latency}: its folder, its run, its report. */
public final class LatencyRig {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private final LatencyPlan plan;
    private final Path out;
    private final Path json;

    /**
     * @param out folder of the run, made when it is missing; null for one named by the time
     * @param json where the result goes besides, or null
     */
    public LatencyRig(LatencyPlan plan, Path out, Path json) {
        this.plan = plan;
        this.out = out;
        this.json = json;
    }

    /** True when every rate was reached. */
    public boolean run() throws IOException, InterruptedException {
        BenchCores cores = BenchCores.ofThisProcess();
        Path scratch = RunFolders.open(Environment.runs());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> clean(scratch), "clean-up"));
        Path folder = Files.createDirectories(
                out == null ? Environment.runs().resolve("latency-" + STAMP.format(LocalDateTime.now())) : out);
        Map<String, Object> environment = Environment.capture(cores);
        LatencyRun run = new LatencyRun(plan, cores, scratch, new Progress());
        List<LatencyRow> rows = run.run();
        LatencyReport report = new LatencyReport(plan, environment, rows, run.counterCostNs(), run.writerReachedRate());
        report.print(System.out);
        report.write(folder);
        if (json != null) {
            report.writeJson(json);
        }
        System.out.println("\nrun: " + folder);
        return !report.hasFailed();
    }

    private static void clean(Path scratch) {
        RoleProcess.endAll();
        try {
            RunFolders.removeAppliances(scratch);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("while cleaning up: " + e); // the next run removes what is left
        }
    }
}
