package io.needletail.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.RunFolders;
import io.needletail.memory.CoreRally;
import io.needletail.memory.CpuSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The main job: an appliance, a feed handler and a strategy, three JVMs that share nothing but Aeron and the region. This
 * process only starts them, measures the machine's cache line before, reads the orders back after, and checks.
 */
final class Demo implements AutoCloseable {
    private static final long RALLY_ROUNDS = 1_000_000;
    private static final long START_SECONDS = 60;
    private static final long WARM_SECONDS = 60;
    private static final long RUN_SECONDS = 7200;
    private static final long MIN_SLOTS = 1 << 16;
    private static final int DEFAULT_WINDOW_LIMIT = 128;

    private final Tape tape;
    private final Path lobster;
    private final Path folder;
    private final Path applianceFolder;
    private final int window;
    private final double speed;
    private final boolean cold;
    private final DemoLayout layout;
    private final List<Integer> cores = CpuSet.allowed();
    private final List<RoleProcess> running = new CopyOnWriteArrayList<>();

    Demo(Tape tape, Path lobster, Path folder, int window, double speed, boolean cold) {
        this.tape = tape;
        this.lobster = lobster;
        this.folder = folder.toAbsolutePath();
        this.window = window;
        this.speed = speed;
        this.cold = cold;
        applianceFolder = this.folder.resolve("appliance");
        layout = DemoLayout.of(cores);
    }

    DemoReport run(Path dump, Path bbo) throws IOException, InterruptedException {
        System.out.println(layout.explain());
        DemoReport report = new DemoReport(tape, layout, folder, speed, window);
        if (CoreRally.isAvailable() && layout.shardCore() >= 0) {
            report.cacheLine(CoreRally.cacheLine(layout.feedCore(), layout.shardCore(), RALLY_ROUNDS));
        }
        try (RoleProcess appliance = start("appliance", applianceArguments())) {
            appliance.await("ready", START_SECONDS);
            report.appliancePid(appliance.pid());
            replay(bbo);
            report.roles(json(FeedRole.RESULT_FILE), json(StrategyRole.RESULT_FILE));
            if (dump != null) {
                OrderDump.write(applianceFolder, tape.symbol(), dump);
            }
        }
        ReadChecker checker = new ReadChecker();
        checker.check(
                TopOfBookLog.read(folder.resolve(FeedRole.ACKNOWLEDGED_FILE)),
                TopOfBookLog.read(folder.resolve(StrategyRole.RUNS_FILE)));
        report.checked(checker);
        return report;
    }

    private void replay(Path bbo) throws IOException, InterruptedException {
        try (RoleProcess feed = start("feed handler", feedArguments(bbo));
                RoleProcess strategy = start("strategy", strategyArguments())) {
            feed.await("warm", WARM_SECONDS);
            strategy.await("warm", WARM_SECONDS);
            strategy.tell("go");
            strategy.await("reading", WARM_SECONDS);
            feed.tell("go");
            feed.await("done", RUN_SECONDS);
            strategy.tell("stop");
            strategy.await("done", WARM_SECONDS);
            feed.awaitExit(WARM_SECONDS);
            strategy.awaitExit(WARM_SECONDS);
        }
    }

    private List<String> applianceArguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "start",
                "--dir",
                applianceFolder.toString(),
                "--profile",
                layout.profile(),
                "--fresh",
                "--until-stdin-ends",
                "--set",
                "keyed-slots=" + Math.max(MIN_SLOTS, 2 * tape.maxKeys()),
                "--set",
                "in-flight-limit=" + Math.max(DEFAULT_WINDOW_LIMIT, window)));
        if (cold) {
            arguments.addAll(List.of("--set", "warm-up=off"));
        }
        if (layout.shardCore() >= 0) {
            arguments.addAll(List.of("--set", "shard-core=" + layout.shardCore()));
        }
        return arguments;
    }

    private List<String> feedArguments(Path bbo) {
        List<String> arguments = new ArrayList<>(List.of(
                "_role",
                "feed",
                "dir=" + applianceFolder,
                "run=" + folder,
                "core=" + layout.feedCore(),
                "window=" + window,
                "speed=" + speed,
                "cold=" + cold));
        if (lobster != null) {
            arguments.add("lobster=" + lobster.toAbsolutePath());
        }
        if (bbo != null) {
            arguments.add("bbo=" + bbo.toAbsolutePath());
        }
        return arguments;
    }

    private List<String> strategyArguments() {
        return List.of(
                "_role",
                "strategy",
                "dir=" + applianceFolder,
                "run=" + folder,
                "symbol=" + tape.symbol(),
                "core=" + layout.strategyCore(),
                "shares=" + layout.strategyShares(),
                "cold=" + cold);
    }

    private JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(folder.resolve(file).toFile());
    }

    /** After a signal: the children's input has ended or will, which ends them; then what they leave is removed. */
    void closeAfterSignal() {
        running.forEach(RoleProcess::close);
        try {
            close();
        } catch (IOException | UncheckedIOException e) {
            System.err.println("while stopping: " + e);
        }
    }

    private RoleProcess start(String name, List<String> arguments) throws IOException {
        RoleProcess process = RoleProcess.start(name, arguments);
        running.add(process);
        return process;
    }

    /** The appliance's folder and its place in shared memory go; histograms and figures stay. */
    @Override
    public synchronized void close() throws IOException {
        RunFolders.removeAppliances(folder);
    }
}
