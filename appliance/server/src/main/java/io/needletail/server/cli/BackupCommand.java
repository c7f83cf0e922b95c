package io.needletail.server.cli;

import picocli.CommandLine.Command;

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
final class BackupCommand extends CopyCommand {}
