package io.needletail.server.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The verbs behind the launcher. */
@Command(
        name = "needletail",
        description = "Low-latency cache appliance for trading systems.",
        mixinStandardHelpOptions = false)
public final class Main {
    private static final List<Class<?>> VERBS = List.of(
            StartCommand.class,
            ClientCommand.class,
            StatCommand.class,
            ErrorsCommand.class,
            ConfigCommand.class,
            VerifyCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            InspectCommand.class,
            MirrorCommand.class,
            MediaDriverCommand.class,
            VersionCommand.class);

    private Main() {}

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Main()).setExecutionExceptionHandler(new FaultPrinter());
        Subcommands.add(line, VERBS, arguments.length == 0 ? "" : arguments[0]);
        CommandLine client = line.getSubcommands().get("client");
        if (client != null) {
            ClientCommand.addVerbs(client, arguments);
        }
        System.exit(line.execute(arguments));
    }
}
