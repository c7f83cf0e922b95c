package io.needletail.server.cli;

import io.needletail.server.KeptShard;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code needletail verify}: reads everything that a region could be made from again. */
@Command(
        name = "verify",
        description =
                "Reads journal and snapshots of every shard, checks each record and block, and says whether a lost region could be"
                        + " made again; also while the appliance runs. Changes nothing.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail verify --dir /srv/cache",
            "  needletail verify --dir /mnt/backup/monday --json",
            "Exit: 0 all whole, 1 something is damaged or missing, 3 there is neither a journal nor a snapshot."
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private ApplianceOption appliance;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        List<KeptShard> shards = KeptShard.of(appliance.dir(), KeptOut.progress("verified"));
        if (shards.isEmpty()) {
            System.err.println("error: neither a journal nor a snapshot in " + appliance.dir()
                    + "; an appliance keeps them unless it is started with --set journal=off");
            return ExitCode.UNREACHABLE;
        }
        KeptOut.print(shards, json);
        return shards.stream().allMatch(KeptShard::isWhole) ? ExitCode.DONE : ExitCode.FAILED;
    }
}
