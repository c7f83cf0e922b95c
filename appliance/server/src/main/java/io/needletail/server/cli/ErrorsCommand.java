package io.needletail.server.cli;

import io.needletail.server.ErrorLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code needletail errors}: the distinct errors of an appliance. */
@Command(
        name = "errors",
        description =
                "Prints each kind of unexpected error once, with how often and when: of a running appliance, or the last run.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail errors",
            "  needletail errors --dir /srv/cache --json",
            "Exit: 0 there are none, 1 there are some, 3 no appliance ever ran there."
        })
final class ErrorsCommand implements Callable<Integer> {
    private record Distinct(int times, long firstMs, long lastMs, String what) {}

    @Mixin
    private ApplianceOption appliance;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Path file = appliance.dir().resolve("errors");
        if (!Files.exists(file)) {
            System.err.println("error: no appliance ran in " + appliance.dir());
            return ExitCode.UNREACHABLE;
        }
        List<Distinct> errors = new ArrayList<>();
        ErrorLog.read(file, (times, first, last, text) -> errors.add(new Distinct(times, first, last, text)));
        print(errors);
        return errors.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void print(List<Distinct> errors) {
        if (!json) {
            errors.forEach(error -> System.out.printf(
                    "%d x, first %s, last %s%n%s%n",
                    error.times,
                    Instant.ofEpochMilli(error.firstMs),
                    Instant.ofEpochMilli(error.lastMs),
                    error.what.strip().indent(4).stripTrailing()));
            return;
        }
        JsonOut.print(out -> {
            out.writeStartArray();
            for (Distinct error : errors) {
                out.writeStartObject();
                out.writeNumberField("times", error.times);
                out.writeStringField(
                        "first", Instant.ofEpochMilli(error.firstMs).toString());
                out.writeStringField("last", Instant.ofEpochMilli(error.lastMs).toString());
                out.writeStringField("error", error.what);
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }
}
