package io.needletail.server.cli;

import io.needletail.client.ColocatedReader;
import io.needletail.client.ShardedSession;
import io.needletail.registry.view.ChangeHandler;
import io.needletail.registry.view.ChangeReader;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.ShardRoute;
import io.needletail.registry.view.Status;
import io.needletail.server.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code client changes}: what changed, from the mapped ring; the appliance is asked for nothing but where it is. */
@Command(
        name = "changes",
        description =
                "Prints version, operation, key and value of what changes, from now on until ^C; or since a version.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  needletail client changes",
            "  needletail client changes --since 4294967301 --limit 100",
            "  needletail client --json changes --since 4294967301 --follow",
            "Exit 4 when the ring does not reach back to the version, or came round: read what you need anew."
        })
final class ChangesVerb implements Callable<Integer>, ChangeHandler {
    private static final int CHANGES_A_POLL = 256;
    private static final long PAUSE_MS = 1;

    @ParentCommand
    private ClientCommand client;

    @Option(
            names = "--since",
            paramLabel = "VERSION",
            description = "Begins behind this version, and ends with the last change.")
    private Long since;

    @Option(names = "--follow", description = "Goes on with what changes after the last.")
    private boolean follow;

    @Option(names = "--shard", paramLabel = "N", description = "Of one shard only (default: of all).")
    private Integer shard;

    @Option(names = "--limit", paramLabel = "N", description = "Ends after N changes.")
    private long limit = Long.MAX_VALUE;

    private final Key key = new Key();
    private final List<ColocatedReader> readers = new ArrayList<>();
    private ColocatedReader reader;
    private long printed;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            openReaders();
            if (since != null) {
                readers.get(0).changes().since(since);
            }
            return printAll();
        } finally {
            for (ColocatedReader opened : readers) {
                opened.close();
            }
        }
    }

    private void openReaders() throws IOException {
        try (ShardedSession session = client.connect()) {
            ShardRoute route = session.route();
            if (since != null && shard == null && route.shards() > 1) {
                throw new ConfigurationException("versions are a shard's own: name it with --shard");
            }
            if (shard != null && !route.contains(shard)) {
                throw new ConfigurationException(
                        "--shard is from " + route.firstShard() + " to " + (route.firstShard() + route.shards() - 1));
            }
            for (int i = route.firstShard(); i < route.firstShard() + route.shards(); i++) {
                if (shard == null || shard == i) {
                    Path region = Path.of(session.shard(i).limits().regionPath());
                    ColocatedReader opened = ColocatedReader.open(region);
                    readers.add(opened);
                    opened.changes(); // from now on
                }
            }
        }
    }

    private int printAll() throws InterruptedException {
        boolean endless = since == null || follow;
        while (printed < limit) {
            long before = printed;
            for (ColocatedReader opened : readers) {
                reader = opened;
                int room = (int) Math.min(CHANGES_A_POLL, limit - printed);
                if (opened.changes().poll(this, room) == ChangeReader.OVERRUN) {
                    System.err.println("error OVERRUN: the ring does not reach back that far; scan for what is there, "
                            + "then follow from now on; a larger ring-bytes reaches back further");
                    return ExitCode.REFUSED;
                }
            }
            System.out.flush();
            if (printed == before && !endless) {
                return ExitCode.DONE;
            }
            if (printed == before) {
                if (!readers.get(0).isWriterAlive()) {
                    System.err.println("the appliance has stopped");
                    return ExitCode.UNREACHABLE;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        }
        return ExitCode.DONE;
    }

    @Override
    public void onChange(int operation, Key found, Entry entry, boolean hasValue, long timeNs) {
        printed++;
        boolean isKnown = found.length() > 0 || reader.key(entry.handle(), key) == Status.OK;
        String name = found.length() > 0 ? TextBytes.format(found) : isKnown ? TextBytes.format(key) : null;
        String value = hasValue ? TextBytes.format(entry.value()) : null;
        String what = RecordLayout.operationName(operation);
        if (client.isJson()) {
            printJson(what, name, value, entry, timeNs);
        } else {
            String handle = String.format("0x%016x", entry.handle());
            System.out.println(entry.version() + "\t" + what + "\t" + (name == null ? handle : name)
                    + (value == null ? "" : "\t" + value));
        }
    }

    private static void printJson(String what, String name, String value, Entry entry, long timeNs) {
        JsonOut.print(json -> {
            json.writeStartObject();
            json.writeNumberField("version", entry.version());
            json.writeStringField("operation", what);
            json.writeNumberField("handle", entry.handle());
            json.writeStringField("key", name);
            json.writeStringField("value", value);
            json.writeNumberField("timeNs", timeNs);
            json.writeEndObject();
        });
    }
}
