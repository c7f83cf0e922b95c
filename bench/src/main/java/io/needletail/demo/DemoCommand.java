package io.needletail.demo;

import io.needletail.bench.process.RunFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code needletail demo}: options and exit codes. */
@Command(
        name = "needletail demo",
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
            "  needletail demo --cold",
            "Exit: 0 done, 1 a check failed, 2 wrong usage or a malformed line."
        })
final class DemoCommand implements Callable<Integer> {
    static final int CHECK_FAILED = 1;
    static final int USAGE = 2;
    /** The most requests an appliance lets a session have in flight. */
    private static final int MAX_WINDOW = 256;

    @Option(names = "--lobster", paramLabel = "FILE", description = "LOBSTER message file (default: generated flow).")
    private Path lobster;

    @Option(names = "--dump", paramLabel = "FILE", description = "Writes the orders left: orderId,price,size,side.")
    private Path dump;

    @Option(names = "--bbo", paramLabel = "FILE", description = "Writes bestBid,bestAsk after every line.")
    private Path bbo;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON.")
    private Path json;

    @Option(names = "--speed", paramLabel = "N", description = "N times the file's pace (default: as fast as it goes).")
    private Double speed;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "1",
            description = "Requests in flight, 1 to " + MAX_WINDOW + " (${DEFAULT-VALUE}).")
    private int window;

    @Option(
            names = "--cold",
            description = "Warms nothing up: over in seconds, and the latencies are those of a cold start.")
    private boolean cold;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String wrong = usageFault();
        if (wrong != null) {
            System.err.println("error: " + wrong);
            return USAGE;
        }
        Tape tape;
        try {
            tape = lobster == null ? DemoInput.generated() : TapeReader.read(lobster);
        } catch (MalformedLineException e) {
            System.err.println("error: " + e.getMessage());
            return USAGE;
        }
        return run(tape) ? 0 : CHECK_FAILED;
    }

    /** What is wrong with the options, before anything is started; null when nothing is. */
    private String usageFault() {
        if (window < 1 || window > MAX_WINDOW) {
            return "--window " + window + " is not from 1 to " + MAX_WINDOW;
        }
        if (speed != null && !(speed > 0 && speed < Double.POSITIVE_INFINITY)) {
            return "--speed " + speed + " is not more than 0";
        }
        if (lobster != null && !(Files.isRegularFile(lobster) && Files.isReadable(lobster))) {
            return "--lobster: cannot read the file " + lobster;
        }
        return targetFault();
    }

    /** Each target can be opened for writing, and no two of the files are one. */
    private String targetFault() {
        Set<Path> files = new HashSet<>();
        if (lobster != null) {
            files.add(lobster.toAbsolutePath().normalize());
        }
        for (Path target : new Path[] {dump, bbo, json}) {
            if (target != null && !files.add(target.toAbsolutePath().normalize())) {
                return "one file is named twice: " + target;
            }
            if (target != null && !canBeWritten(target)) {
                return "cannot write " + target;
            }
        }
        return null;
    }

    /** Opens it as the run will, without cutting what is there; a permission bit says less. */
    private static boolean canBeWritten(Path target) {
        boolean existed = Files.exists(target);
        try {
            Files.newOutputStream(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
            if (!existed) {
                Files.delete(target);
            }
            return Files.isRegularFile(target) || !existed;
        } catch (IOException e) {
            return false; // whatever the reason, the caller says which file
        }
    }

    private boolean run(Tape tape) throws IOException, InterruptedException {
        System.out.println(
                lobster == null
                        ? "input: generated order flow, no file was given (--lobster FILE for a real hour)"
                        : "input: " + lobster);
        Path folder = RunFolders.open(Path.of(System.getProperty("needletail.home"), "target", "demo"));
        try (Demo demo = new Demo(tape, lobster, folder, window, speed == null ? 0 : speed, cold)) {
            Runtime.getRuntime().addShutdownHook(new Thread(demo::closeAfterSignal, "stop-signal"));
            DemoReport report = demo.run(dump, bbo);
            report.print(System.out);
            if (json != null) {
                report.writeJson(json);
            }
            return report.isClean();
        }
    }
}
