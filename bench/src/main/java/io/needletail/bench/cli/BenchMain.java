package io.needletail.bench.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code needletail bench}: the measurements. */
@Command(
        name = "needletail bench",
        description = "Measures floors, tiers and latency on this machine.",
        mixinStandardHelpOptions = true,
        subcommands = {
            FloorsCommand.class,
            TiersCommand.class,
            LatencyCommand.class,
            ExpiryCommand.class,
            DurabilityCommand.class,
            MirrorCommand.class,
            SessionsCommand.class,
            LimitsCommand.class,
            PeersCommand.class,
            RegressCommand.class,
            ScaleCommand.class,
            BatchCommand.class,
            InstructionsCommand.class,
            InliningCommand.class,
            HashCommand.class,
            PutCommand.class,
            SharingCommand.class,
            PathCommand.class,
            ReportCommand.class,
            CompareCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  needletail bench floors --quick",
            "  needletail bench tiers --quick --json tiers.json",
            "  needletail bench peers --quick",
            "  needletail bench latency --tier ipc --rate 100000",
            "  needletail bench compare before after",
            "Exit: 0 measured, 1 could not measure or a run FAILED, 2 wrong usage."
        })
public final class BenchMain {
    static final int FAILED = 1;
    static final int USAGE = 2;

    private BenchMain() {}

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new BenchMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    System.err.println("error: " + exception.getMessage());
                    return FAILED;
                });
        System.exit(line.execute(arguments));
    }
}
