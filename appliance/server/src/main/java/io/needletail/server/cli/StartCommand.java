package io.needletail.server.cli;

import io.needletail.engine.AttachReport;
import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.server.Appliance;
import io.needletail.server.ApplianceFolder;
import io.needletail.server.RegionStore;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.CoreMap;
import io.needletail.server.config.OptionTable;
import io.needletail.server.replication.MirrorPhase;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code needletail start}: an appliance in the foreground. */
@Command(
        name = "start",
        description = "Runs an appliance in the foreground; prints one line beginning 'ready' when it is.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Options for --set are listed by: needletail config explain",
            "Examples:",
            "  needletail start --dir /srv/cache",
            "  needletail start --dir /srv/cache --profile latency --set keyed-slots=4000000 --set shard-core=3",
            "  needletail start --dry-run --set ring-bytes=64m",
            "Exit: 0 stopped by a signal, 1 failed, 2 wrong usage, 4 the folder is in use."
        })
final class StartCommand implements Callable<Integer> {
    @Mixin
    private ApplianceOption appliance;

    @Spec
    private CommandSpec spec;

    @picocli.CommandLine.Option(
            names = "--profile",
            paramLabel = "P",
            description = "development, latency or throughput.")
    private String profile;

    @picocli.CommandLine.Option(
            names = "--set",
            paramLabel = "option=value",
            description = "Sets an option; kept in the folder for later starts.")
    private List<String> settings = new ArrayList<>();

    @picocli.CommandLine.Option(names = "--fresh", description = "Discards the region and formats a new one.")
    private boolean fresh;

    @picocli.CommandLine.Option(
            names = "--remake",
            description = {
                "Discards the region and makes it again from the journal and its snapshots, which are read and checked before. What the"
                        + " journal has not, at most what was acknowledged at memory or persistent just before the end, is lost and said."
            })
    private boolean remake;

    @picocli.CommandLine.Option(
            names = "--dry-run",
            description = "Prints configuration, sizing and core map, and changes nothing.")
    private boolean dryRun;

    /** For whoever starts an appliance as a part of itself: it must not outlive its parent. */
    @picocli.CommandLine.Option(names = "--until-stdin-ends", description = "Stops when standard input ends.")
    private boolean untilStdinEnds;

    @picocli.CommandLine.Option(names = "--options", description = "Lists the options for --set.")
    private boolean listOptions;

    @Override
    public Integer call() throws IOException {
        if (fresh && remake) {
            throw new ConfigurationException("--fresh discards what --remake is made from; name one of them");
        }
        if (listOptions) {
            System.out.print(OptionTable.text());
            return ExitCode.DONE;
        }
        Configuration configuration =
                Configuration.of(ApplianceFolder.storedConfiguration(appliance.dir()), profile, settings);
        CpuTopology topology = CpuTopology.of(HostTree.ofThisHost());
        CoreMap cores = CoreMap.design(configuration, topology.cpus(), topology.quietCpus());
        System.out.print(configuration.explain());
        System.out.print(cores.explain());
        return dryRun ? ExitCode.DONE : run(configuration, cores);
    }

    private Integer run(Configuration configuration, CoreMap cores) throws IOException {
        StopSignal stop = new StopSignal();
        try {
            return stop.stopped(runUntilStopped(configuration, cores, stop));
        } finally {
            stop.abandon();
        }
    }

    private int runUntilStopped(Configuration configuration, CoreMap cores, StopSignal stop) throws IOException {
        ApplianceFolder folder = ApplianceFolder.take(appliance.dir());
        if (fresh) {
            folder.discardJournal();
            folder.discardRegion();
        }
        if (remake) {
            folder.discardRegionsThatCanBeRemade(configuration, System.err::println, KeptOut.progress("read"));
        }
        if (untilStdinEnds) {
            stop.askWhenStdinEnds();
        }
        if (!becomePrimary(folder, configuration, stop)) {
            folder.close();
            return ExitCode.DONE;
        }
        try (Appliance running = Appliance.launch(folder, configuration, cores, stop::ask)) {
            folder.store(configuration); // now that the region has accepted it
            System.out.println("batch search: " + running.batchSearch());
            running.persistentMemory().ifPresent(System.out::println);
            printReady(folder, configuration, running.regions());
            stop.await();
            if (running.isDeposed()) {
                System.err.println("deposed: another member is the primary; started again this one mirrors it");
                return ExitCode.FAILED;
            }
            return running.hasFailed() ? ExitCode.FAILED : ExitCode.DONE;
        }
    }

    /** Mirrors, where another member is the primary, until this one is promoted; false when it was stopped before. */
    private static boolean becomePrimary(ApplianceFolder folder, Configuration configuration, StopSignal stop)
            throws IOException {
        try {
            return MirrorPhase.run(folder, configuration, stop::isAsked, System.out::println);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static void printReady(ApplianceFolder folder, Configuration configuration, List<RegionStore> regions)
            throws IOException {
        List<AttachReport> reports =
                regions.stream().map(region -> region.engine().report()).toList();
        System.out.printf(
                "ready pid=%d dir=%s profile=%s shards=%d epoch=%d entries=%d replayed=%d region=%s%n",
                ProcessHandle.current().pid(),
                folder.folder(),
                configuration.profile().name(),
                reports.size(),
                reports.stream().mapToLong(AttachReport::epoch).max().orElseThrow(),
                reports.stream().mapToLong(AttachReport::liveEntries).sum(),
                reports.stream().mapToLong(AttachReport::replayedRecords).sum(),
                Files.readSymbolicLink(folder.folder().resolve("region")));
    }
}
