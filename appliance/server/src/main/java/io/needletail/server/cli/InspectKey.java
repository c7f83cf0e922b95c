package io.needletail.server.cli;

import io.needletail.server.KeptShard;
import io.needletail.server.inspect.Facts;
import io.needletail.server.inspect.KeyTrace;
import io.needletail.server.inspect.RegionInspection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code inspect key}: one key in region and journal. */
@Command(
        name = "key",
        description = "Where one key stands in the region, with its slot checked, and its last changes in the journal.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail inspect key --dir /srv/cache AAPL:limit",
            "  needletail inspect key --dir /srv/cache 0x00ff17 --changes 100 --json",
            "Exit: 0 found, 1 neither region nor journal has it or the journal is damaged, 2 wrong usage, 3 there is nothing to look at."
        })
final class InspectKey implements Callable<Integer> {
    @ParentCommand
    private InspectCommand inspect;

    @Option(names = "--changes", paramLabel = "N", description = "Its last N changes (default: ${DEFAULT-VALUE}).")
    private int changes = 10;

    @Parameters(index = "0", paramLabel = "KEY", description = "Text, or hex after 0x.")
    private String key;

    private boolean isWhole = true;

    @Override
    public Integer call() throws IOException {
        byte[] bytes = TextBytes.parse(key);
        Path dir = inspect.appliance().dir();
        List<Facts> found = new ArrayList<>();
        boolean isAny = false;
        for (int shard = 0; hasShard(dir, shard); shard++) {
            isAny = true;
            if (inspect.takes(shard)) {
                look(dir, shard, bytes, found);
            }
        }
        if (!isAny) {
            throw new NothingThereException("there is neither a region nor a journal in " + dir);
        }
        inspect.print(found);
        if (found.isEmpty() && isWhole) {
            System.err.println("not found: neither region nor journal" + inspect.ofShard() + " has the key");
        }
        return found.isEmpty() || !isWhole ? ExitCode.NOT_FOUND : ExitCode.DONE;
    }

    private static Path region(Path dir, int shard) {
        return dir.resolve("region").resolve("shard-" + shard);
    }

    private static boolean hasShard(Path dir, int shard) {
        return Files.exists(region(dir, shard)) || Files.exists(KeptShard.journalOf(dir, shard));
    }

    private void look(Path dir, int shard, byte[] bytes, List<Facts> found) throws IOException {
        Facts slot = null;
        if (Files.exists(region(dir, shard))) {
            try (RegionInspection region = RegionInspection.open(region(dir, shard))) {
                slot = region.find(bytes, TextBytes::format);
            }
        }
        long handle = slot == null ? 0 : Long.decode(slot.get("handle").toString());
        KeyTrace trace = new KeyTrace(bytes, handle, changes, TextBytes::format);
        List<Facts> last = trace.in(KeptShard.journalOf(dir, shard));
        isWhole &= trace.fault() == null;
        if (slot != null || !last.isEmpty()) {
            found.add(new Facts()
                    .put("shard", shard)
                    .put("key", TextBytes.format(bytes))
                    .put("region", slot)
                    .put("change", last)
                    .put("fault", trace.fault()));
        }
    }
}
