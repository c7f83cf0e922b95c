package io.needletail.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The verbs behind the launcher. */
@Command(
        name = "needletail",
        description = "Low-latency cache appliance for trading systems.",
        subcommands = {
            StartCommand.class,
            ClientCommand.class,
            StatCommand.class,
            ErrorsCommand.class,
            ConfigCommand.class,
            VerifyCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            InspectCommand.class,
            MediaDriverCommand.class,
            VersionCommand.class
        },
        mixinStandardHelpOptions = false)
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Main()).setExecutionExceptionHandler(new FaultPrinter());
        CommandLine add = line.getSubcommands().get("client").getSubcommands().get("add");
        add.setUnmatchedOptionsArePositionalParams(true); // -300 is a number, not an option
        System.exit(line.execute(arguments));
    }
}
