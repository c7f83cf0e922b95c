package io.needletail.server.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.needletail.client.ShardedSession;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.Durations;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

        ClientCommand client() {
            return client;
        }

        abstract int ask(ShardedSession session, Key key, Entry entry);

        /** Before the question. */
        void prepare(ShardedSession session) {
            assert session.limits() != null : "not connected";
        }

        /** What the text output says when the answer is OK. */
        void printOk(Entry entry) throws IOException {
            System.out.printf("ok handle=0x%016x version=%d%n", entry.handle(), entry.version());
        }

        @Override
        public final Integer call() throws IOException {
            Key key = TextBytes.key(keyText);
            try (ShardedSession session = client.connect()) {
                Entry entry = new Entry(session.limits().maxValueLength());
                prepare(session);
                int status = ask(session, key, entry);
                if (client.isJson()) {
                    printJson(status, key, entry);
                } else if (status == Status.OK) {
                    printOk(entry);
                }
                if (status != Status.OK) {
                    System.err.println(Refusals.explain(status, session.limits(), entry));
                }
                return ExitCode.of(status);
            }
        }

        private void printJson(int status, Key key, Entry entry) {
            JsonOut.print(json -> {
                json.writeStartObject();
                json.writeStringField("key", TextBytes.format(key));
                json.writeStringField("status", Status.name(status));
                if (status == Status.UNKNOWN) {
                    json.writeStringField("level", Level.name(entry.level()));
                }
                if (status == Status.VERSION_CONFLICT) {
                    json.writeNumberField("version", entry.version());
                }
                if (status == Status.OK) {
                    json.writeNumberField("handle", entry.handle());
                    json.writeNumberField("version", entry.version());
                    writeValue(json, entry);
                }
                json.writeEndObject();
            });
        }

        /** What an OK says beyond handle and version. */
        void writeValue(JsonGenerator json, Entry entry) throws IOException {
            assert entry.handle() != 0 : "an OK without an entry";
        }
    }

    /** One that changes the key's entry. */
    abstract static class ChangeVerb extends KeyVerb {
        @Mixin
        private LevelOption level;

        private boolean isPersistentEmulated;

        @Override
        void prepare(ShardedSession session) {
            level.set(session);
            isPersistentEmulated = session.limits().isPersistentEmulated();
        }

        @Override
        void printOk(Entry entry) throws IOException {
            print(entry, isPersistentEmulated);
        }

        static void print(Entry entry, boolean isPersistentEmulated) {
            String reached = reached(entry, isPersistentEmulated);
            System.out.printf("ok handle=0x%016x version=%d%s%n", entry.handle(), entry.version(), reached);
        }

        private static String reached(Entry entry, boolean isPersistentEmulated) {
            return " level=" + Level.name(entry.level())
                    + (isEmulated(entry, isPersistentEmulated) ? " (EMULATED)" : "");
        }

        /** Of a verb that prints a number, which scripts read: nothing where it is no more than memory. */
        final String reached(Entry entry) {
            return entry.level() == Level.MEMORY ? "" : reached(entry, isPersistentEmulated);
        }

        static boolean isEmulated(Entry entry, boolean isPersistentEmulated) {
            return isPersistentEmulated && entry.level() == Level.PERSISTENT;
        }

        @Override
        void writeValue(JsonGenerator json, Entry entry) throws IOException {
            json.writeStringField("level", Level.name(entry.level()));
            if (isEmulated(entry, isPersistentEmulated)) {
                json.writeBooleanField("emulated", true);
            }
        }
    }

    @Command(name = "get", description = "Prints the key's value and a line feed.", mixinStandardHelpOptions = true)
    static final class Get extends KeyVerb {
        @Override
        int ask(ShardedSession session, Key key, Entry entry) {
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
        void writeValue(JsonGenerator json, Entry entry) throws IOException {
            json.writeStringField("value", TextBytes.format(entry.value()));
        }
    }

    @Command(name = "put", description = "Writes the key's value.", mixinStandardHelpOptions = true)
    static final class Put extends ChangeVerb {
        @Parameters(index = "1", paramLabel = "VALUE")
        private String valueText;

        @Option(names = "--if-version", paramLabel = "N", description = "Only while the entry has this version.")
        private Long expectedVersion;

        @Option(names = "--ttl", paramLabel = "D", description = "The entry ends after D, as 500ms, 2s or 1h.")
        private String ttl;

        @Override
        int ask(ShardedSession session, Key key, Entry entry) {
            Value value = TextBytes.value(valueText);
            if (expectedVersion != null && ttl != null) {
                throw new ConfigurationException("--if-version and --ttl do not go together");
            }
            if (ttl != null) {
                return session.putFor(key, Durations.parseNs(ttl), value, entry);
            }
            return expectedVersion == null
                    ? session.put(key, value, entry)
                    : session.putIf(key, expectedVersion, value, entry);
        }
    }

    @Command(
            name = "touch",
            aliases = "expire",
            description = "Moves the key's end to D from now; 0s takes it away. The value stays.",
            mixinStandardHelpOptions = true)
    static final class Touch extends ChangeVerb {
        @Parameters(index = "1", paramLabel = "D", description = "As 500ms, 2s or 1h.")
        private String ttl;

        @Override
        int ask(ShardedSession session, Key key, Entry entry) {
            return session.touch(key, Durations.parseNs(ttl), entry);
        }
    }

    @Command(
            name = "add",
            description =
                    "Adds N to the key's number (8 bytes, signed, little-endian; a new key begins at 0) and prints the sum,"
                            + " with --level also the level that it reached.",
            mixinStandardHelpOptions = true)
    static final class Add extends ChangeVerb {
        @Parameters(index = "1", paramLabel = "N", description = "From -2^63 to 2^63-1.")
        private long delta;

        @Override
        int ask(ShardedSession session, Key key, Entry entry) {
            return session.add(key, delta, entry);
        }

        @Override
        void printOk(Entry entry) {
            System.out.println(entry.value().getLong(0) + reached(entry));
        }

        @Override
        void writeValue(JsonGenerator json, Entry entry) throws IOException {
            super.writeValue(json, entry);
            json.writeNumberField("value", entry.value().getLong(0));
        }
    }

    @Command(
            name = "clear",
            description = "Takes the key's value away; its handle stays.",
            mixinStandardHelpOptions = true)
    static final class Clear extends ChangeVerb {
        @Override
        int ask(ShardedSession session, Key key, Entry entry) {
            return session.clear(key, entry);
        }
    }

    @Command(name = "insert", description = "Writes the value of a key that has none.", mixinStandardHelpOptions = true)
    static final class Insert extends ChangeVerb {
        @Parameters(index = "1", paramLabel = "VALUE")
        private String valueText;

        @Override
        int ask(ShardedSession session, Key key, Entry entry) {
            Value value = TextBytes.value(valueText);
            return session.insert(key, value, entry);
        }
    }

    @Command(name = "delete", description = "Removes the key; its handle is stale.", mixinStandardHelpOptions = true)
    static final class Delete extends ChangeVerb {
        @Override
        int ask(ShardedSession session, Key key, Entry entry) {
            return session.delete(key, entry);
        }
    }

    @Command(name = "resolve", description = "Prints the key's handle.", mixinStandardHelpOptions = true)
    static final class Resolve extends ChangeVerb {
        @Option(names = "--create", description = "Makes an entry without a value when the key is unknown.")
        private boolean create;

        @Override
        int ask(ShardedSession session, Key key, Entry entry) {
            return session.resolve(key, create, entry);
        }
    }
}
