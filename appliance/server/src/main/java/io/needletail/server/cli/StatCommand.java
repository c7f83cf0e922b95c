package io.needletail.server.cli;

import io.needletail.server.Counter;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.Durations;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code needletail stat}: the counters, once or rolling. */
@Command(
        name = "stat",
        description =
                "Prints the counters of an appliance from mapped memory; a stopped one (SIGSTOP) can be read too.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail stat",
            "  needletail stat --rolling",
            "  needletail stat --rolling --interval 5s --json > rates.jsonl",
            "Exit: 0 done, 2 wrong usage, 3 no appliance runs there."
        })
final class StatCommand implements Callable<Integer> {
    @Mixin
    private ApplianceOption appliance;

    @Option(names = "--rolling", description = "What changed, a second, again and again until it is interrupted.")
    private boolean rolling;

    @Option(
            names = "--interval",
            paramLabel = "D",
            defaultValue = "1s",
            description = "Between two lines of --rolling (${DEFAULT-VALUE}).")
    private String interval;

    @Option(names = "--count", paramLabel = "N", description = "Lines of --rolling (default: no end).")
    private Integer count;

    @Option(names = "--shard", paramLabel = "N", description = "Of one shard (default: of all together).")
    private Integer shard;

    @Option(names = "--json", description = "Prints JSON; with --rolling an object a line.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long intervalNs = Durations.parseNs(interval);
        if (intervalNs < 1_000_000 || (count != null && count < 1)) {
            throw new ConfigurationException("--interval is at least 1ms, --count at least 1");
        }
        Optional<CounterValues> counters = CounterValues.open(appliance.dir());
        if (counters.isEmpty()) {
            return ExitCode.UNREACHABLE;
        }
        if (shard != null && (shard < 0 || shard >= counters.get().shards())) {
            throw new ConfigurationException(
                    "--shard is from 0 to " + (counters.get().shards() - 1));
        }
        if (!rolling) {
            print(read(counters.get()));
            return ExitCode.DONE;
        }
        return roll(counters.get(), intervalNs);
    }

    private Map<Counter, Long> read(CounterValues counters) {
        return shard == null ? counters.read() : counters.read(shard);
    }

    private void print(Map<Counter, Long> values) {
        if (!json) {
            values.forEach((counter, value) ->
                    System.out.printf("%-20s %20d %-12s %s%n", counter.label(), value, counter.unit(), counter.help()));
            return;
        }
        JsonOut.print(out -> {
            out.writeStartObject();
            for (Map.Entry<Counter, Long> value : values.entrySet()) {
                out.writeNumberField(value.getKey().label(), value.getValue());
            }
            out.writeEndObject();
        });
    }

    private int roll(CounterValues counters, long intervalNs) throws IOException, InterruptedException {
        Map<Counter, Long> before = read(counters);
        long beforeNs = System.nanoTime();
        for (int line = 0; count == null || line < count; line++) {
            TimeUnit.NANOSECONDS.sleep(beforeNs + intervalNs - System.nanoTime());
            if (!counters.isHeld()) {
                System.err.println("the appliance in " + appliance.dir() + " has ended");
                return ExitCode.UNREACHABLE;
            }
            Map<Counter, Long> now = read(counters);
            long nowNs = System.nanoTime();
            printRates(before, now, (nowNs - beforeNs) / 1e9);
            before = now;
            beforeNs = nowNs;
        }
        return ExitCode.DONE;
    }

    /** What grew, as a rate; of gauges the value, when it changed. */
    private void printRates(Map<Counter, Long> before, Map<Counter, Long> now, double seconds) {
        if (json) {
            JsonOut.print(out -> {
                out.writeStartObject();
                out.writeNumberField("seconds", seconds);
                for (Counter counter : Counter.values()) {
                    if (counter.isGauge()) {
                        out.writeNumberField(counter.label(), now.get(counter));
                    } else {
                        out.writeNumberField(
                                counter.label() + "PerSecond", (now.get(counter) - before.get(counter)) / seconds);
                    }
                }
                out.writeEndObject();
            });
            return;
        }
        StringBuilder line = new StringBuilder();
        for (Counter counter : Counter.values()) {
            long change = now.get(counter) - before.get(counter);
            if (change != 0) {
                line.append(line.isEmpty() ? "" : "  ").append(counter.label()).append(' ');
                line.append(
                        counter.isGauge()
                                ? Long.toString(now.get(counter))
                                : String.format(java.util.Locale.ROOT, "%,.0f/s", change / seconds));
            }
        }
        System.out.println(line.isEmpty() ? "nothing changed" : line);
    }
}
