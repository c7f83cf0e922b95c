package io.needletail.bench.cli;

import io.needletail.bench.html.HtmlReport;
import io.needletail.bench.html.ReportInput;
import io.needletail.bench.report.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench report}. */
@Command(
        name = "report",
        description =
                "One self-contained HTML page of everything measured here: targets, peers, percentiles, curves, tail causes, host.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Without --from it measures what it draws: peers, batch, sharing, scale and latency of every tier.",
            "Examples:",
            "  needletail bench report --quick",
            "  needletail bench report --quick --out report",
            "  needletail bench report --from report",
            "Exit: 0 written, 1 could not measure or write, 2 wrong usage."
        })
final class ReportCommand implements Callable<Integer> {
    private static final String PAGE = "index.html";

    @Option(names = "--quick", description = "Shorter rounds: at most twelve minutes on two cores.")
    private boolean quick;

    @Option(
            names = "--smoke",
            hidden = true,
            defaultValue = "${env:NEEDLETAIL_SMOKE:-false}",
            description = "Shows that everything works; the figures mean nothing.")
    private boolean smoke;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for the page and the figures (default: target/bench/report-TIME).")
    private Path out;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "Draws what an earlier run left in DIR, and measures nothing.")
    private Path from;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (from != null) {
            if (!Files.isDirectory(from)) {
                System.err.println("error: --from " + from + " is no folder");
                return BenchMain.USAGE;
            }
            return draw(from, out == null ? from : Files.createDirectories(out), from.toString());
        }
        Path folder = out == null ? Environment.runs().resolve("report-" + System.currentTimeMillis() / 1000) : out;
        Files.createDirectories(folder);
        if (!new ReportInput(folder).isEmpty()) {
            System.err.println(
                    "error: " + folder + " holds figures already; take another folder, or draw them with --from");
            return BenchMain.USAGE;
        }
        measure(folder);
        return draw(folder, folder, null);
    }

    private static int draw(Path folder, Path target, String origin) throws IOException {
        Path page = target.resolve(PAGE);
        new HtmlReport(new ReportInput(folder), origin).write(page);
        System.out.println("report: " + page);
        return 0;
    }

    private void measure(Path folder) throws IOException, InterruptedException {
        List<String> peers = with(
                "peers",
                "--json",
                folder.resolve("peers.json").toString(),
                "--working-set",
                smoke ? "4096" : "4096,1M");
        if (quick) {
            peers.add("--basic");
        }
        run(peers);
        run(with(
                "batch",
                "--json",
                folder.resolve("batch.json").toString(),
                "--working-set",
                smoke ? "L1" : "4096,L1,L2,L3,DRAM,8M"));
        run(with(
                "sharing",
                "--json",
                folder.resolve("sharing.json").toString(),
                "--only",
                smoke ? "reader.updated1M" : "reader.hot,reader.fresh,reader.updated1M,reader.updated10M"));
        run(with("scale", "--json", folder.resolve("scale.json").toString()));
        for (String tier : smoke ? List.of("ipc") : ReportInput.TIERS) {
            List<String> latency = new ArrayList<>(List.of(
                    "latency",
                    "--tier",
                    tier,
                    "--out",
                    folder.resolve("latency-" + tier).toString()));
            latency.addAll(List.of("--rate", tier.equals("ipc") ? "10000,100000" : "100000,1000000"));
            latency.addAll(quick || smoke ? List.of("--seconds", "5", "--warm-up", "2") : List.of());
            run(latency);
        }
    }

    private List<String> with(String... verb) {
        List<String> arguments = new ArrayList<>(List.of(verb));
        if (quick) {
            arguments.add("--quick");
        }
        return arguments;
    }

    /** Each verb in a process of its own, started as a user would. A rate that is not reached is in the figures. */
    private static void run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("needletail.home"), "needletail").toString());
        command.add("bench");
        command.addAll(arguments);
        System.err.println("report: bench " + String.join(" ", arguments));
        int code = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        boolean mayMissItsRate = arguments.get(0).equals("latency");
        if (code != 0 && !(mayMissItsRate && code == BenchMain.FAILED)) {
            throw new IOException("bench " + arguments.get(0) + " ended with exit code " + code);
        }
    }
}
