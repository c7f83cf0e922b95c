package io.needletail.server.cli;

import io.needletail.client.SessionLimits;
import io.needletail.client.ShardedSession;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code client group}: several changes, all or none. */
@Command(
        name = "group",
        description = "Makes all CHANGEs or none, each one quoted argument.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A CHANGE is one of: 'put KEY VALUE', 'add KEY N', 'clear KEY', 'delete KEY', 'check KEY'. With @VERSION behind the",
            "KEY it expects that version, @0 that the key is unknown.",
            "Example:",
            "  needletail client group 'add limit:AAPL@4294967301 -30' 'add position:AAPL 30'"
        })
final class GroupVerb implements Callable<Integer> {
    private static final String VERSION_MARK = "@";

    @ParentCommand
    private ClientCommand client;

    @Mixin
    private LevelOption level;

    @Parameters(paramLabel = "CHANGE", arity = "1..*")
    private List<String> changes;

    @Override
    public Integer call() throws IOException {
        if (changes.size() > Batch.MAX_LENGTH) {
            throw new RefusedException("BATCH_TOO_LONG: a group has at most " + Batch.MAX_LENGTH + " changes, not "
                    + changes.size() + "; split it");
        }
        Group group = new Group(longestValue());
        changes.forEach(change -> add(group, change));
        try (ShardedSession session = client.connect()) {
            level.set(session);
            int status = session.apply(group);
            print(group, status, session.limits().isPersistentEmulated());
            if (status != Status.OK) {
                explain(group, status, session.limits());
            }
            return ExitCode.of(status);
        }
    }

    /** Which change was refused and why; once, when the group was refused as a whole. */
    private void explain(Group group, int status, SessionLimits limits) {
        Batch batch = group.batch();
        if (isRefusedWhole(batch, status)) {
            System.err.println(Refusals.explain(status, limits, batch.entry(0)));
            return;
        }
        for (int i = 0; i < group.length(); i++) {
            if (batch.status(i) != Status.NOT_APPLIED) {
                System.err.println(changes.get(i) + ": " + Refusals.explain(batch.status(i), limits, batch.entry(i)));
            }
        }
    }

    /** No change of it is said to be the reason. */
    private static boolean isRefusedWhole(Batch batch, int status) {
        for (int i = 0; i < batch.length(); i++) {
            if (batch.status(i) != status && batch.status(i) != Status.UNKNOWN) {
                return false;
            }
        }
        return batch.length() > 1 || batch.status(0) == Status.UNKNOWN;
    }

    private int longestValue() {
        return changes.stream().mapToInt(String::length).max().orElse(0) * 4;
    }

    private static void add(Group group, String change) {
        String[] words = change.strip().split(" +", 3);
        if (words.length < 2) {
            throw new IllegalArgumentException("'" + change + "' is not a change; see: needletail client group --help");
        }
        int mark = words[1].lastIndexOf(VERSION_MARK);
        Key key = TextBytes.key(mark < 0 ? words[1] : words[1].substring(0, mark));
        long expected = mark < 0 ? Group.ANY_VERSION : number(words[1].substring(mark + 1), change);
        String argument = words.length == 3 ? words[2] : "";
        switch (words[0]) {
            case "put" -> {
                Value value = TextBytes.value(argument);
                group.put(key, expected, value);
            }
            case "add" -> group.add(key, expected, number(argument, change));
            case "clear" -> group.clear(key, expected);
            case "delete" -> group.delete(key, expected);
            case "check" -> group.check(key, expected);
            default -> throw new IllegalArgumentException("'" + words[0] + "' is not put, add, clear, delete or check");
        }
    }

    private static long number(String text, String change) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a number in '" + change + "'", e);
        }
    }

    private void print(Group group, int status, boolean isPersistentEmulated) {
        if (client.isJson()) {
            boolean isEmulated = status == Status.OK
                    && group.length() > 0
                    && ClientVerbs.ChangeVerb.isEmulated(group.batch().entry(0), isPersistentEmulated);
            printJson(group, status, isEmulated);
        } else if (status == Status.OK) {
            for (int i = 0; i < group.length(); i++) {
                ClientVerbs.ChangeVerb.print(group.batch().entry(i), isPersistentEmulated);
            }
        }
    }

    private static void printJson(Group group, int status, boolean isEmulated) {
        JsonOut.print(json -> {
            json.writeStartObject();
            json.writeStringField("status", Status.name(status));
            json.writeArrayFieldStart("changes");
            for (int i = 0; i < group.length(); i++) {
                json.writeStartObject();
                json.writeStringField("key", TextBytes.format(group.batch().key(i)));
                json.writeStringField("status", Status.name(group.batch().status(i)));
                json.writeNumberField("handle", group.batch().entry(i).handle());
                json.writeNumberField("version", group.batch().entry(i).version());
                json.writeStringField("level", Level.name(group.batch().entry(i).level()));
                json.writeEndObject();
            }
            json.writeEndArray();
            if (isEmulated) {
                json.writeBooleanField("emulated", true);
            }
            json.writeEndObject();
        });
    }
}
