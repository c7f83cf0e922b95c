package io.needletail.server.cli;

import io.needletail.server.KeptShard;
import io.needletail.server.inspect.Facts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code inspect snapshot}: what each is of, every block checked. */
@Command(
        name = "snapshot",
        description =
                "The snapshots of each shard, oldest first: the log's positions between which it was copied, and whether every"
                        + " block and the digest of the whole are what was published.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail inspect snapshot --dir /srv/cache",
            "Exit: 0 all whole, 1 something is damaged, 2 wrong usage, 3 there is no snapshot."
        })
final class InspectSnapshot implements Callable<Integer> {
    @ParentCommand
    private InspectCommand inspect;

    @Override
    public Integer call() throws IOException {
        List<Facts> all = new ArrayList<>();
        boolean isWhole = true;
        for (KeptShard shard : KeptShard.of(inspect.appliance().dir(), KeptOut.progress("checked"))) {
            for (KeptShard.KeptSnapshot snapshot : shard.snapshots()) {
                if (inspect.takes(shard.shard())) {
                    isWhole &= snapshot.fault() == null;
                    all.add(new Facts()
                            .put("shard", shard.shard())
                            .put("name", snapshot.name())
                            .put("bytes", snapshot.lengthBytes())
                            .put("basePosition", snapshot.basePosition())
                            .put("endPosition", snapshot.endPosition())
                            .put("fault", snapshot.fault()));
                }
            }
        }
        if (all.isEmpty()) {
            throw new NothingThereException("there is no snapshot in "
                    + inspect.appliance().dir() + "; one is taken every snapshot-interval in which something changed");
        }
        inspect.print(all);
        return isWhole ? ExitCode.DONE : ExitCode.FAILED;
    }
}
