package io.needletail.server.cli;

import io.needletail.server.Backup;
import io.needletail.server.KeptShard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code needletail backup}: a copy that an appliance can be started on. */
@Command(
        name = "backup",
        description =
                "Copies configuration, snapshots and journals to a new folder and checks the copy; also while the appliance runs. It"
                        + " has every change that was synced before. An appliance is started on it with: needletail start --dir DEST.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail backup --dir /srv/cache /mnt/backup/monday",
            "  needletail verify --dir /mnt/backup/monday",
            "Exit: 0 taken and whole, 1 failed."
        })
final class BackupCommand implements Callable<Integer> {
    @Mixin
    private ApplianceOption appliance;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "DEST", description = "A folder that does not exist.")
    private Path destination;

    @Override
    public Integer call() throws IOException {
        try {
            List<KeptShard> shards =
                    new Backup(appliance.dir(), destination.toAbsolutePath(), KeptOut.progress("copied")).take();
            KeptOut.print(shards, json);
            return ExitCode.DONE;
        } catch (IOException e) {
            System.err.println("error: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }
}
