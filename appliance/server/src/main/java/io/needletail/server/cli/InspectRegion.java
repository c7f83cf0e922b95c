package io.needletail.server.cli;

import io.needletail.server.inspect.Facts;
import io.needletail.server.inspect.RegionInspection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code inspect region}: header, live lines, every slot. */
@Command(
        name = "region",
        description =
                "Header, state, positions and consumers of each shard's region, and every slot checked: sealed, its key and its block"
                        + " whole.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail inspect region --dir /srv/cache",
            "  needletail inspect region --dir /srv/cache --shard 0 --json",
            "Exit: 0 all whole, 1 something is damaged, 2 wrong usage, 3 there is no region."
        })
final class InspectRegion implements Callable<Integer> {
    @ParentCommand
    private InspectCommand inspect;

    @Override
    public Integer call() throws IOException {
        List<Facts> all = new ArrayList<>();
        boolean isWhole = true;
        for (Path file : files(inspect)) {
            try (RegionInspection region = RegionInspection.open(file)) {
                Facts slots = region.slots(KeptOut.progress("checked"));
                isWhole &= ((Collection<?>) slots.get("fault")).isEmpty();
                all.add(region.header().put("slots", slots));
            }
        }
        inspect.print(all);
        return isWhole ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Of the shards that are asked for. */
    static List<Path> files(InspectCommand inspect) {
        Path folder = inspect.appliance().dir().resolve("region");
        List<Path> files = new ArrayList<>();
        for (int shard = 0; Files.exists(folder.resolve("shard-" + shard)); shard++) {
            if (inspect.takes(shard)) {
                files.add(folder.resolve("shard-" + shard));
            }
        }
        if (files.isEmpty()) {
            throw new NothingThereException("there is no region" + inspect.ofShard() + " in " + folder
                    + "; it is made by a start, from journal and snapshots where there are any");
        }
        return files;
    }
}
