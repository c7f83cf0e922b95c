package io.needletail.rdma.cli;

import java.io.IOException;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Option;

/** A verb that takes the time of many rounds. */
abstract class LatencyOptions extends TwoSided {
    private static final long HIGHEST_NS = 60_000_000_000L;

    @Option(names = "--iterations", paramLabel = "N", description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int iterations = 10_000;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Rounds before, for the compiler (default: ${DEFAULT-VALUE}).")
    private int warmUp = 20_000;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    /** Into how many parts the time of a round falls, of which one is told. */
    abstract int ways();

    @Override
    final int rounds() {
        if (iterations < 1 || warmUp < 0 || iterations > Terms.MAX_ROUNDS - Math.min(warmUp, Terms.MAX_ROUNDS)) {
            throw new IllegalArgumentException(
                    "--iterations " + iterations + " and --warm-up " + warmUp + " are not 1 to " + Terms.MAX_ROUNDS);
        }
        return iterations + warmUp;
    }

    @Override
    final void begin(FabricSide side, LatencyRun run) throws IOException {
        Histogram ns = new Histogram(1, HIGHEST_NS, 3);
        run.run(operation(), warmUp, iterations, took -> ns.recordValue(Math.min(took, HIGHEST_NS)));
        LatencyTable table = new LatencyTable(ns, bytes(), ways());
        if (json) {
            table.printJson(System.out, operation().name(), side.provider());
        } else {
            table.print(System.out);
        }
    }
}
