package io.needletail.server.cli;

import io.needletail.client.ShardedSession;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code client scan}. */
@Command(
        name = "scan",
        description = "Prints key, tab, value of the entries whose keys begin with PREFIX, in no particular order.",
        mixinStandardHelpOptions = true)
final class ScanVerb implements Callable<Integer> {
    @ParentCommand
    private ClientCommand client;

    @Parameters(index = "0", paramLabel = "PREFIX", description = "'' for all.")
    private String prefix;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "At most N entries (${DEFAULT-VALUE}).")
    private long limit;

    @Option(names = "--csv", description = "Prints 'KEY,VALUE' lines, as client load takes them.")
    private boolean csv;

    @Override
    public Integer call() throws IOException {
        if (csv && client.isJson()) {
            throw new IllegalArgumentException("--csv and --json: name one of them");
        }
        if (limit < 1) {
            throw new IllegalArgumentException("--limit " + limit + " is less than 1");
        }
        try (ShardedSession session = client.connect()) {
            int status = client.isJson() ? printJson(session) : printText(session);
            if (found == limit) {
                System.err.println("stopped at --limit " + limit + "; there may be more");
            }
            if (status != Status.OK) {
                System.err.println("error " + Status.name(status) + ": the scan is not complete");
            }
            return ExitCode.of(status);
        }
    }

    private long found;

    private int printText(ShardedSession session) {
        int status = session.scan(TextBytes.key(prefix), limit, this::printLine);
        System.out.flush();
        return status;
    }

    private void printLine(Key key, Entry entry) {
        found++;
        System.out.println(csv ? plain(key) + "," + plain(entry.value()) : textOf(key) + "\t" + textOf(entry.value()));
    }

    private static String textOf(Bytes bytes) {
        return TextBytes.format(bytes);
    }

    /** The first comma of a line ends the key, and what is not ASCII depends on who reads it: both go as hex. */
    private static String plain(Bytes bytes) {
        String text = TextBytes.format(bytes);
        boolean isPlain = text.chars().allMatch(letter -> letter >= ' ' && letter < 0x7F) && text.indexOf(',') < 0;
        return isPlain ? text : TextBytes.hex(bytes);
    }

    private int printJson(ShardedSession session) {
        int[] status = new int[1];
        JsonOut.print(json -> {
            json.writeStartArray();
            status[0] = session.scan(TextBytes.key(prefix), limit, (key, entry) -> {
                found++;
                try {
                    json.writeStartObject();
                    json.writeStringField("key", TextBytes.format(key));
                    json.writeStringField("value", TextBytes.format(entry.value()));
                    json.writeNumberField("version", entry.version());
                    json.writeEndObject();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            json.writeEndArray();
        });
        return status[0];
    }
}
