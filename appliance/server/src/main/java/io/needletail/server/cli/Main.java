package io.needletail.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The verbs behind the launcher. */
@Command(
        name = "needletail",
        description = "Low-latency cache appliance for trading systems.",
        subcommands = {StartCommand.class, ClientCommand.class, VersionCommand.class},
        mixinStandardHelpOptions = false)
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Main()).setExecutionExceptionHandler(new FaultPrinter());
        System.exit(line.execute(arguments));
    }
}
