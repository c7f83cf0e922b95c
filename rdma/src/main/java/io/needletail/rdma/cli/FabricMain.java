package io.needletail.rdma.cli;

import io.needletail.rdma.FabricException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code needletail fabric}: one-sided remote memory, tried and measured. */
@Command(
        name = "fabric",
        description =
                "Remote memory by libfabric: what there is, whether two machines reach one another, how long it takes. Of two machines one"
                        + " waits with --listen, the other begins with --connect; without either, both are on this one.",
        subcommands = {InfoCommand.class, PingCommand.class, WriteLatencyCommand.class, ReadLatencyCommand.class},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail fabric info",
            "  needletail fabric ping --provider shm",
            "  needletail fabric write-latency --listen 192.168.1.2:7400",
            "  needletail fabric write-latency --connect 192.168.1.2:7400 --bytes 64",
            "Exit: 0 done, 1 failed, 2 wrong usage, 3 there is no libfabric or no such provider."
        })
public final class FabricMain {
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NOT_THERE = 3;

    private FabricMain() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        CommandLine line = new CommandLine(new FabricMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    System.err.println("error: " + exception.getMessage());
                    return switch (exception) {
                        case FabricException e -> NOT_THERE;
                        case IllegalArgumentException e -> USAGE;
                        case IOException e -> FAILED;
                        default -> throw exception;
                    };
                });
        return arguments.length == 0 ? usage(line) : line.execute(arguments);
    }

    private static int usage(CommandLine line) {
        line.usage(System.err);
        return USAGE;
    }
}
