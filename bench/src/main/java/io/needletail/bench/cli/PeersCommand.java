package io.needletail.bench.cli;

import io.needletail.bench.peers.PeersRun;
import io.needletail.bench.tiers.WorkingSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench peers}. */
@Command(
        name = "peers",
        description =
                "Every tier beside every peer: maps in the process and shared, Redis, memcached, Hazelcast, bare Aeron;"
                        + " the same work on the same cores in alternating rounds.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Redis and memcached are installed where this is root on Debian; a peer that is missing is said to be.",
            "Examples:",
            "  needletail bench peers --quick",
            "  needletail bench peers --json peers.json",
            "  needletail bench peers --quick --working-set 4096"
        })
final class PeersCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Option(
            names = "--basic",
            description =
                    "Without 256 bytes, sixteen keys and a near cache for Hazelcast, and without 256 bytes and sixteen"
                            + " keys in the process or from shared memory: some three minutes less.")
    private boolean basic;

    /** The launcher's part, which says what it does; without them the run says that they are missing. */
    private static void installPeers() throws IOException, InterruptedException {
        String launcher =
                Path.of(System.getProperty("needletail.home"), "needletail").toString();
        new ProcessBuilder(launcher, "_install-peers").inheritIO().start().waitFor();
    }

    @Override
    public Integer call() throws Exception {
        List<WorkingSet> sets;
        try {
            sets = options.workingSets();
            options.checkOutput();
        } catch (IllegalArgumentException e) {
            System.err.println("error: " + e.getMessage());
            return BenchMain.USAGE;
        }
        installPeers();
        return options.measure((plan, cores, folder, report, progress) ->
                new PeersRun(plan, cores, folder, report, progress).basic(basic).run(sets));
    }
}
