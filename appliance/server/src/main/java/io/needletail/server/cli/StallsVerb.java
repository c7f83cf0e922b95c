package io.needletail.server.cli;

import io.needletail.memory.MappedFile;
import io.needletail.memory.StallRing;
import io.needletail.memory.StallRing.Stall;
import io.needletail.server.ApplianceFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code client stalls}: when the shard stood still, and what the kernel did to it meanwhile. */
@Command(
        name = "stalls",
        description =
                "Prints the latest duty cycles of the shard over 10 us, from mapped memory (profile latency only).",
        mixinStandardHelpOptions = true)
final class StallsVerb implements Callable<Integer> {
    @ParentCommand
    private ClientCommand client;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "The latest N (${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() throws IOException {
        if (limit < 1) {
            System.err.println("error: --limit " + limit + " is not at least 1");
            return ExitCode.USAGE;
        }
        Path file = client.appliance().dir().resolve("stalls");
        if (!Files.exists(file) || !ApplianceFolder.isHeld(client.appliance().dir())) {
            System.err.println(
                    "error: no appliance runs in " + client.appliance().dir());
            return ExitCode.UNREACHABLE;
        }
        List<Stall> stalls;
        try (MappedFile mapped = MappedFile.openReadOnly(file)) {
            stalls = StallRing.read(mapped.segment());
        }
        print(stalls.subList(Math.max(0, stalls.size() - limit), stalls.size()));
        return ExitCode.DONE;
    }

    private void print(List<Stall> stalls) {
        if (!client.isJson()) {
            System.out.printf(
                    "%20s %14s %9s %13s %13s%n",
                    "began (ns)", "duration (ns)", "switches", "minor faults", "major faults");
            stalls.forEach(stall -> System.out.printf(
                    "%20d %14d %9d %13d %13d%n",
                    stall.beganNs(),
                    stall.durationNs(),
                    stall.involuntarySwitches(),
                    stall.minorFaults(),
                    stall.majorFaults()));
            return;
        }
        JsonOut.print(json -> {
            json.writeStartArray();
            for (Stall stall : stalls) {
                json.writeStartObject();
                json.writeNumberField("beganNs", stall.beganNs());
                json.writeNumberField("durationNs", stall.durationNs());
                json.writeNumberField("involuntarySwitches", stall.involuntarySwitches());
                json.writeNumberField("minorFaults", stall.minorFaults());
                json.writeNumberField("majorFaults", stall.majorFaults());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
