package io.needletail.bench.cli;

import io.needletail.bench.inlining.HotMethods;
import io.needletail.bench.inlining.InliningRun;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.RunFolders;
import io.needletail.bench.report.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench inlining}. */
@Command(
        name = "inlining",
        description = {
            "Whether the JIT inlines every method of bench/hot-methods.txt where it is called, from its own log.",
            "A method that is not called any more, because it was renamed, fails too."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench inlining",
            "  needletail bench inlining --list hot-methods.txt",
            "Exit: 0 all are inlined, 1 some are not, 2 wrong usage."
        })
final class InliningCommand implements Callable<Integer> {
    @Option(names = "--list", paramLabel = "FILE", description = "Another list (bench/hot-methods.txt).")
    private Path list;

    @Override
    public Integer call() throws Exception {
        Map<String, List<String>> hot;
        try {
            hot = HotMethods.read(list == null ? HotMethods.file() : list);
        } catch (IOException e) {
            System.err.println("error: " + e.getMessage());
            return BenchMain.USAGE;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(RoleProcess::endAll, "clean-up"));
        Path folder = RunFolders.open(Environment.runs());
        Files.createDirectories(folder);
        Map<String, List<String>> faults = new InliningRun(BenchCores.ofThisProcess(), folder, new Progress()).run(hot);
        faults.forEach((subject, wrong) -> {
            System.out.printf(
                    "%-28s %d of %d methods inlined%n",
                    subject,
                    hot.get(subject).size() - wrong.size(),
                    hot.get(subject).size());
            wrong.forEach(fault -> System.out.println("  " + fault));
        });
        RunFolders.removeAppliances(folder);
        return faults.values().stream().allMatch(List::isEmpty) ? 0 : BenchMain.FAILED;
    }
}
