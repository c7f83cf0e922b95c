package io.needletail.server.cli;

import io.needletail.client.SessionLimits;
import io.needletail.client.ShardedSession;
import io.needletail.registry.view.Status;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** The verbs that look at the appliance itself. */
final class InspectVerbs {
    private InspectVerbs() {}

    @Command(
            name = "info",
            description = "Prints what the appliance tells every session: epoch, limits, region.",
            mixinStandardHelpOptions = true)
    static final class Info implements Callable<Integer> {
        @ParentCommand
        private ClientCommand client;

        @Override
        public Integer call() throws IOException {
            try (ShardedSession session = client.connect()) {
                print(client, facts(session.limits()));
                return ExitCode.DONE;
            }
        }

        private static Map<String, Object> facts(SessionLimits limits) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("epoch", limits.epoch());
            facts.put("dataSet", String.format("%016x%016x", limits.dataSetIdHigh(), limits.dataSetIdLow()));
            facts.put("shard", (long) limits.shard());
            facts.put("shards", (long) limits.route().shards());
            facts.put("maxKeyLength", (long) limits.maxKeyLength());
            facts.put("maxValueLength", (long) limits.maxValueLength());
            facts.put("maxFrameLength", (long) limits.maxFrameLength());
            facts.put("maxInFlight", (long) limits.maxInFlight());
            facts.put("livenessTimeoutNs", limits.livenessTimeoutNs());
            facts.put("region", limits.regionPath());
            return facts;
        }
    }

    @Command(
            name = "stat",
            description = "Prints the counters, from mapped memory: a paused appliance can be read too.",
            mixinStandardHelpOptions = true)
    static final class Stat implements Callable<Integer> {
        @ParentCommand
        private ClientCommand client;

        @Override
        public Integer call() throws IOException {
            Optional<CounterValues> counters =
                    CounterValues.open(client.appliance().dir());
            if (counters.isEmpty()) {
                return ExitCode.UNREACHABLE;
            }
            Map<String, Object> values = new LinkedHashMap<>();
            counters.get().read().forEach((counter, value) -> values.put(counter.label(), value));
            print(client, values);
            return ExitCode.DONE;
        }
    }

    @Command(name = "ping", description = "Asks for a sign of life and times it.", mixinStandardHelpOptions = true)
    static final class Ping implements Callable<Integer> {
        @ParentCommand
        private ClientCommand client;

        @Override
        public Integer call() throws IOException {
            try (ShardedSession session = client.connect()) {
                long beginNs = System.nanoTime();
                int status = session.ping();
                long ns = System.nanoTime() - beginNs;
                if (status == Status.OK) {
                    print(client, new LinkedHashMap<>(Map.of("roundTripNs", ns)));
                } else {
                    System.err.println("error " + Status.name(status) + ": no answer in time");
                }
                return ExitCode.of(status);
            }
        }
    }

    private static void print(ClientCommand client, Map<String, Object> facts) {
        if (!client.isJson()) {
            facts.forEach((name, value) -> System.out.printf("%-20s %s%n", name, value));
            return;
        }
        JsonOut.print(json -> {
            json.writeStartObject();
            for (Map.Entry<String, Object> fact : facts.entrySet()) {
                if (fact.getValue() instanceof Long number) {
                    json.writeNumberField(fact.getKey(), number);
                } else {
                    json.writeStringField(fact.getKey(), fact.getValue().toString());
                }
            }
            json.writeEndObject();
        });
    }
}
