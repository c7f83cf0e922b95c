package io.needletail.rdma.cli;

import io.needletail.rdma.FabricException;
import io.needletail.rdma.FabricUnavailableException;
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
    private static final long MOST_MS_TO_END = 3_000;

    private FabricMain() {}

    public static void main(String[] arguments) {
        Thread main = Thread.currentThread();
        Thread hook = new Thread(() -> endCleanly(main), "clean end");
        Runtime.getRuntime().addShutdownHook(hook);
        int code = run(arguments);
        if (isOver(hook)) {
            System.exit(code);
        }
    }

    /** Of a signal: the thread that has an endpoint open closes it, and with it what it has in shared memory. */
    private static void endCleanly(Thread main) {
        Patience.stop();
        try {
            main.join(MOST_MS_TO_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether no signal is ending the process already; the hook is not needed any more then. */
    private static boolean isOver(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    static int run(String... arguments) {
        CommandLine line = new CommandLine(new FabricMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    System.err.println("error: " + exception.getMessage());
                    return switch (exception) {
                        case FabricUnavailableException e -> NOT_THERE;
                        case IllegalArgumentException e -> USAGE;
                        case FabricException e -> FAILED;
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
