package io.needletail.tuning.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.needletail.memory.CpuSet;
import io.needletail.tuning.jitter.CoreJitter;
import io.needletail.tuning.jitter.JitterProbe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code needletail jitter}: what takes the cores away from a thread that spins. */
@Command(
        name = "jitter",
        description = "Spins a thread on each core and reports the gaps in its time, with the columns of sysjitter."
                + " Needs no root; takes the cores whole while it runs.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail jitter",
            "  needletail jitter --cpus 2-5 --seconds 60",
            "  needletail jitter --json > jitter.json",
            "Exit: 0 measured, 1 could not measure, 2 wrong usage."
        })
final class JitterCommand implements Callable<Integer> {
    private static final int BAR = 40;

    @Option(
            names = "--cpus",
            paramLabel = "LIST",
            description = "Cores as the kernel writes them, 2-5,8 (default: all cores of this process).")
    private String cpus;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "10", description = "How long (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--threshold",
            paramLabel = "NS",
            defaultValue = "200",
            description = "Shortest gap that counts, in ns (${DEFAULT-VALUE}).")
    private long thresholdNs;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Integer> allowed = CpuSet.allowed();
        if (cpus != null && !CpuSet.isList(cpus)) {
            return usage("--cpus " + cpus + " is not a list of cores, like 2-5,8");
        }
        List<Integer> cores =
                cpus == null ? allowed : CpuSet.parse(cpus).stream().distinct().toList();
        if (cores.isEmpty() || !allowed.containsAll(cores)) {
            return usage("--cpus " + cpus + ": this process may use " + allowed);
        }
        if (!(seconds > 0 && seconds <= 86_400) || thresholdNs < 1) {
            return usage("--seconds must be from 0 to 86400 and --threshold at least 1");
        }
        List<CoreJitter> results = new JitterProbe(thresholdNs).run(cores, seconds);
        if (json) {
            writeJson(results);
        } else {
            print(results);
        }
        return 0;
    }

    private static int usage(String fault) {
        System.err.println("error: " + fault);
        return TuningMain.USAGE;
    }

    private static void print(List<CoreJitter> results) {
        List<Map<String, Number>> columns =
                results.stream().map(CoreJitter::columns).toList();
        for (String name : columns.get(0).keySet()) {
            StringBuilder line = new StringBuilder(String.format("%-15s", name + ":"));
            columns.forEach(core -> line.append(String.format(" %14s", core.get(name))));
            System.out.println(line);
        }
        printHistogram(results);
    }

    /** Gaps of all cores together, by powers of two. */
    private static void printHistogram(List<CoreJitter> results) {
        Map<Long, Long> sum = new TreeMap<>();
        results.forEach(core -> core.histogram().forEach((to, count) -> sum.merge(to, count, Long::sum)));
        long most = sum.values().stream().mapToLong(Long::longValue).max().orElse(0);
        System.out.println("\ngaps up to (ns)      count");
        sum.forEach((to, count) -> System.out.printf(
                "%15d %10d  %s%n", to, count, "#".repeat((int) Math.ceil((double) BAR * count / Math.max(1, most)))));
    }

    private static void writeJson(List<CoreJitter> results) throws IOException {
        try (JsonGenerator out = new JsonFactory().createGenerator(System.out)) {
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            out.writeStartObject();
            out.writeArrayFieldStart("cores");
            for (CoreJitter core : new ArrayList<>(results)) {
                out.writeStartObject();
                for (Map.Entry<String, Number> column : core.columns().entrySet()) {
                    out.writeObjectField(column.getKey(), column.getValue());
                }
                out.writeObjectFieldStart("histogram");
                for (Map.Entry<Long, Long> bucket : core.histogram().entrySet()) {
                    out.writeNumberField(bucket.getKey().toString(), bucket.getValue());
                }
                out.writeEndObject();
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
            out.writeRaw('\n');
        }
    }
}
