package io.needletail.rdma.cli;

import java.io.IOException;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fabric ping}. */
@Command(
        name = "ping",
        description = "Whether two sides reach one another's memory: a write there and one back, now and then.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail fabric ping --provider shm --count 3",
            "  needletail fabric ping --listen 192.168.1.2:7400",
            "  needletail fabric ping --connect 192.168.1.2:7400",
        })
final class PingCommand extends TwoSided {
    private static final double NS_PER_USEC = 1_000.0;

    @Option(names = "--count", paramLabel = "N", description = "So many (default: ${DEFAULT-VALUE}).")
    private int count = 5;

    @Option(
            names = "--interval-ms",
            paramLabel = "MS",
            description = "From one to the next (default: ${DEFAULT-VALUE}).")
    private int intervalMs = 200;

    @Override
    Terms.Operation operation() {
        return Terms.Operation.PING;
    }

    @Override
    int rounds() {
        if (count < 1 || count > Terms.MAX_ROUNDS || intervalMs < 0) {
            throw new IllegalArgumentException("--count " + count + " --interval-ms " + intervalMs);
        }
        return count;
    }

    @Override
    void begin(FabricSide side, LatencyRun run) throws IOException {
        Histogram ns = new Histogram(3);
        for (int number = 1; number <= count; number++) {
            long took = run.thereAndBack(number);
            ns.recordValue(took);
            System.out.printf(
                    Locale.ROOT, "%d bytes there and back: seq=%d time=%.1f us%n", bytes(), number, took / NS_PER_USEC);
            long untilNs = System.nanoTime() + intervalMs * 1_000_000L;
            while (number < count
                    && System.nanoTime() - untilNs < 0
                    && !side.patience().isOver()) {
                side.poll();
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d sent, %d answered; min/avg/max %.1f/%.1f/%.1f us%n",
                count,
                ns.getTotalCount(),
                ns.getMinValue() / NS_PER_USEC,
                ns.getMean() / NS_PER_USEC,
                ns.getMaxValue() / NS_PER_USEC);
    }
}
