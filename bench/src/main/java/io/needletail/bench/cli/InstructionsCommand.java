package io.needletail.bench.cli;

import io.needletail.bench.instructions.CountedSubjects;
import io.needletail.bench.instructions.InstructionsRun;
import io.needletail.bench.tiers.WorkingSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench instructions}. */
@Command(
        name = "instructions",
        description = {
            "How many instructions an operation executes, counted one by one (ptrace): works where the processor's counters are hidden.",
            "With --listing a line an address: how often it was executed, the address, its bytes in hexadecimal."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench instructions --working-set 4096 --json instructions.json",
            "  needletail bench instructions --working-set 4096 --only embedded.get,load --listing listings"
        })
final class InstructionsCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Option(
            names = "--only",
            paramLabel = "NAMES",
            split = ",",
            description = "Count these subjects and no others, by the names of the report.")
    private List<String> only = new ArrayList<>(CountedSubjects.names());

    @Option(
            names = "--listing",
            paramLabel = "DIR",
            description = "Writes the executed addresses of each subject there.")
    private Path listing;

    @Override
    public Integer call() throws Exception {
        List<WorkingSet> sets;
        try {
            sets = options.workingSets();
            options.checkOutput();
            check();
        } catch (IllegalArgumentException e) {
            System.err.println("error: " + e.getMessage());
            return BenchMain.USAGE;
        }
        if (!InstructionsRun.isPossible()) {
            System.err.println("error: the program that counts was not built; install gcc and run this again");
            return 1;
        }
        if (listing != null) {
            Files.createDirectories(listing);
        }
        return options.measure((plan, cores, folder, report, progress) -> new InstructionsRun(
                        cores, folder, report, progress, listing, !plan.ipc().warms())
                .run(sets, only));
    }

    private void check() {
        List<String> unknown = new ArrayList<>(only);
        unknown.removeAll(CountedSubjects.names());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "--only " + unknown.getFirst() + " is none of " + CountedSubjects.names());
        }
    }
}
