package io.needletail.server.cli;

import io.needletail.server.ApplianceFolder;
import io.needletail.server.session.SessionList;
import io.needletail.server.session.SessionList.Connected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code client session}: who is connected. */
@Command(
        name = "session",
        description = "Looks at the sessions of an appliance.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "VERB",
        subcommands = SessionVerb.ListSessions.class)
final class SessionVerb {
    @ParentCommand
    private ClientCommand client;

    @Command(
            name = "list",
            description =
                    "Prints who is connected: shard, process, since when, reply stream, whether it may repeat requests, own or shared lane.",
            mixinStandardHelpOptions = true)
    static final class ListSessions implements Callable<Integer> {
        @ParentCommand
        private SessionVerb session;

        @Override
        public Integer call() throws IOException {
            Path dir = session.client.appliance().dir();
            if (!Files.exists(dir.resolve(ApplianceFolder.sessionsName(0))) || !ApplianceFolder.isHeld(dir)) {
                System.err.println("error: no appliance runs in " + dir);
                return ExitCode.UNREACHABLE;
            }
            Map<Integer, List<Connected>> shards = new LinkedHashMap<>();
            while (Files.exists(dir.resolve(ApplianceFolder.sessionsName(shards.size())))) {
                int shard = shards.size();
                shards.put(shard, SessionList.read(dir.resolve(ApplianceFolder.sessionsName(shard))));
            }
            print(shards);
            return ExitCode.DONE;
        }

        private void print(Map<Integer, List<Connected>> shards) {
            if (!session.client.isJson()) {
                System.out.printf(
                        "%5s %8s %-24s %12s %-7s %s%n", "shard", "pid", "since", "reply stream", "repeats", "lane");
                shards.forEach((shard, sessions) -> sessions.forEach(one -> System.out.printf(
                        "%5d %8d %-24s %12d %-7s %s%n",
                        shard,
                        one.pid(),
                        Instant.ofEpochMilli(one.sinceMs()),
                        one.replyStreamId(),
                        one.repeats(),
                        one.shared() ? "shared" : "own")));
                return;
            }
            JsonOut.print(json -> {
                json.writeStartArray();
                for (Map.Entry<Integer, List<Connected>> shard : shards.entrySet()) {
                    for (Connected one : shard.getValue()) {
                        json.writeStartObject();
                        json.writeNumberField("shard", shard.getKey());
                        json.writeNumberField("pid", one.pid());
                        json.writeStringField(
                                "since", Instant.ofEpochMilli(one.sinceMs()).toString());
                        json.writeNumberField("replyStreamId", one.replyStreamId());
                        json.writeBooleanField("repeats", one.repeats());
                        json.writeStringField("lane", one.shared() ? "shared" : "own");
                        json.writeEndObject();
                    }
                }
                json.writeEndArray();
            });
        }
    }
}
