package io.needletail.demo;

import picocli.CommandLine;

/** The demo's entry. */
public final class DemoMain {
    private DemoMain() {}

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new DemoCommand())
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    System.err.println("error: " + exception.getMessage());
                    return DemoCommand.CHECK_FAILED;
                });
        System.exit(line.execute(arguments));
    }
}
