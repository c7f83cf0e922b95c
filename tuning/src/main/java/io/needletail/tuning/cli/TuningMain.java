package io.needletail.tuning.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The verbs that look at the host. */
@Command(
        name = "needletail",
        subcommands = {CheckCommand.class, JitterCommand.class})
public final class TuningMain {
    static final int FAILED = 1;
    static final int USAGE = 2;

    private TuningMain() {}

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new TuningMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    System.err.println("error: " + exception.getMessage());
                    return FAILED;
                });
        System.exit(line.execute(arguments));
    }
}
