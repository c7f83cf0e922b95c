package io.needletail.server.cli;

import io.needletail.client.BlockingSession;
import io.needletail.client.SessionLimits;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The verbs that are one request about one key. */
final class ClientVerbs {
    private ClientVerbs() {}

    /** Connects, asks, prints, answers the exit code. */
    abstract static class KeyVerb implements Callable<Integer> {
        @ParentCommand
        private ClientCommand client;

        @Parameters(index = "0", paramLabel = "KEY")
        private String keyText;

        abstract int ask(BlockingSession session, Key key, Entry entry);

        /** What the text output says when the answer is OK. */
        void printOk(Entry entry) {
            System.out.printf("ok handle=0x%016x version=%d%n", entry.handle(), entry.version());
        }

        @Override
        public final Integer call() {
            Key key = TextBytes.key(keyText);
            try (BlockingSession session = client.connect()) {
                Entry entry = new Entry(session.limits().maxValueLength());
                int status = ask(session, key, entry);
                if (client.isJson()) {
                    printJson(status, key, entry);
                } else if (status == Status.OK) {
                    printOk(entry);
                }
                if (status != Status.OK) {
                    System.err.println(explain(status, session.limits(), entry));
                }
                return ExitCode.of(status);
            }
        }

        private void printJson(int status, Key key, Entry entry) {
            JsonOut.print(json -> {
                json.writeStartObject();
                json.writeStringField("key", TextBytes.format(key));
                json.writeStringField("status", Status.name(status));
                if (status == Status.OK) {
                    json.writeNumberField("handle", entry.handle());
                    json.writeNumberField("version", entry.version());
                    if (answersValue()) {
                        json.writeStringField("value", TextBytes.format(entry.value()));
                    }
                }
                json.writeEndObject();
            });
        }

        boolean answersValue() {
            return false;
        }
    }

    private static String explain(int status, SessionLimits limits, Entry entry) {
        String name = "error " + Status.name(status) + ": ";
        return switch (status) {
            case Status.NOT_FOUND, Status.ABSENT -> "not found";
            case Status.EXISTS -> name + "the key has a value already; put replaces it";
            case Status.KEY_TOO_LONG ->
                name + "the longest key has " + limits.maxKeyLength()
                        + " bytes; raise max-key-length and start --fresh";
            case Status.VALUE_TOO_LONG ->
                name + "the longest value has " + limits.maxValueLength()
                        + " bytes; raise max-value-length and start --fresh";
            case Status.SLOTS_FULL -> name + "all slots are in use; raise keyed-slots and start --fresh";
            case Status.DIRECTORY_FULL -> name + "no place for this key in the directory; raise keyed-slots";
            case Status.SLAB_FULL -> name + "no block of this size is free; raise slab-bytes and start --fresh";
            case Status.BACK_PRESSURED ->
                name + "a consumer of the mutation log stalls: " + TextBytes.format(entry.value());
            case Status.UNKNOWN -> name + "no answer in time; the request may have been applied";
            case Status.INVALID_REQUEST -> name + "the key must not be empty";
            default -> name + "refused";
        };
    }

    @Command(name = "get", description = "Prints the key's value and a line feed.", mixinStandardHelpOptions = true)
    static final class Get extends KeyVerb {
        @Override
        int ask(BlockingSession session, Key key, Entry entry) {
            return session.get(key, entry);
        }

        @Override
        void printOk(Entry entry) {
            byte[] value = entry.value().toByteArray();
            System.out.write(value, 0, value.length);
            System.out.write('\n');
            System.out.flush();
        }

        @Override
        boolean answersValue() {
            return true;
        }
    }

    @Command(name = "put", description = "Writes the key's value.", mixinStandardHelpOptions = true)
    static final class Put extends KeyVerb {
        @Parameters(index = "1", paramLabel = "VALUE")
        private String valueText;

        @Override
        int ask(BlockingSession session, Key key, Entry entry) {
            return session.put(key, TextBytes.value(valueText), entry);
        }
    }

    @Command(name = "insert", description = "Writes the value of a key that has none.", mixinStandardHelpOptions = true)
    static final class Insert extends KeyVerb {
        @Parameters(index = "1", paramLabel = "VALUE")
        private String valueText;

        @Override
        int ask(BlockingSession session, Key key, Entry entry) {
            Value value = TextBytes.value(valueText);
            return session.insert(key, value, entry);
        }
    }

    @Command(name = "delete", description = "Removes the key; its handle is stale.", mixinStandardHelpOptions = true)
    static final class Delete extends KeyVerb {
        @Override
        int ask(BlockingSession session, Key key, Entry entry) {
            return session.delete(key, entry);
        }
    }

    @Command(name = "resolve", description = "Prints the key's handle.", mixinStandardHelpOptions = true)
    static final class Resolve extends KeyVerb {
        @Option(names = "--create", description = "Makes an entry without a value when the key is unknown.")
        private boolean create;

        @Override
        int ask(BlockingSession session, Key key, Entry entry) {
            return session.resolve(key, create, entry);
        }
    }
}
