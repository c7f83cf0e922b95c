package io.needletail.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code needletail demo}: options and exit codes. */
@Command(
        name = "demo",
        description =
                "Replays order flow through an appliance while a strategy reads the top of book from shared memory.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail demo",
            "  needletail demo --lobster AAPL_2012-06-21_34200000_37800000_message_50.csv --dump orders.csv",
            "  needletail demo --speed 120 --json demo.json",
            "Exit: 0 done, 1 a check failed, 2 wrong usage or a malformed line."
        })
final class DemoCommand implements Callable<Integer> {
    static final int CHECK_FAILED = 1;
    static final int USAGE = 2;

    @Option(names = "--lobster", paramLabel = "FILE", description = "LOBSTER message file (default: generated flow).")
    private Path lobster;

    @Option(names = "--dump", paramLabel = "FILE", description = "Writes the orders left: orderId,price,size,side.")
    private Path dump;

    @Option(names = "--bbo", paramLabel = "FILE", description = "Writes bestBid,bestAsk after every line.")
    private Path bbo;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON.")
    private Path json;

    @Option(names = "--speed", paramLabel = "N", description = "N times the file's pace (default: as fast as it goes).")
    private double speed;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "1",
            description = "Requests in flight (${DEFAULT-VALUE}).")
    private int window;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (window < 1 || speed < 0 || Double.isNaN(speed)) {
            System.err.println("error: --window must be 1 or more and --speed more than 0");
            return USAGE;
        }
        Tape tape;
        try {
            tape = lobster == null ? DemoInput.generated() : TapeReader.read(lobster);
        } catch (MalformedLineException e) {
            System.err.println("error: " + e.getMessage());
            return USAGE;
        } catch (IOException e) {
            System.err.println("error: cannot read " + lobster + ": " + e.getMessage());
            return USAGE;
        }
        return run(tape) ? 0 : CHECK_FAILED;
    }

    private boolean run(Tape tape) throws IOException, InterruptedException {
        System.out.println(
                lobster == null
                        ? "input: generated order flow, no file was given (--lobster FILE for a real hour)"
                        : "input: " + lobster);
        Path runs = Path.of(System.getProperty("needletail.home"), "target", "demo");
        Path folder = runs.resolve("run-" + ProcessHandle.current().pid());
        Files.createDirectories(folder);
        try (Demo demo = new Demo(tape, lobster, folder, window, speed)) {
            DemoReport report = demo.run(dump, bbo);
            report.print(System.out);
            if (json != null) {
                report.writeJson(json);
            }
            return report.isClean();
        }
    }
}
