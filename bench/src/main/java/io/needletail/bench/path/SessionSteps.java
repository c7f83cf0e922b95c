package io.needletail.bench.path;

import io.needletail.bench.micro.MicroPlan;
import io.needletail.bench.micro.MicroRun;
import io.needletail.bench.micro.SessionStages;
import io.needletail.bench.micro.Subject;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import io.needletail.bench.stats.Rounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the shard's own nanoseconds of a get by handle are: far below the step of the clock that times round trips, so each stage is timed
 * alone, over and over.
 */
public final class SessionSteps {
    /** By name, each with everything of the one before. */
    public static final Map<String, Class<? extends Subject>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("ask", SessionStages.Ask.class);
        ALL.put("copy", SessionStages.Copy.class);
        ALL.put("validate", SessionStages.Validate.class);
        ALL.put("decode", SessionStages.Decode.class);
        ALL.put("resolve", SessionStages.Resolve.class);
        ALL.put("encode", SessionStages.Encode.class);
    }

    private static final int ENTRIES = 4_096;

    private SessionSteps() {}

    static void run(MicroPlan plan, BenchCores cores, Path folder, BenchReport report, Progress progress)
            throws IOException, InterruptedException {
        Map<String, String> parameters =
                Map.of("core", Integer.toString(cores.server()), "entries", Integer.toString(ENTRIES));
        Map<String, double[]> scores = new MicroRun(plan, parameters, folder)
                .run(List.copyOf(ALL.values()), round -> progress.round("stages", round, plan.turns()))
                .nsPerOperation();
        double before = 0;
        for (Map.Entry<String, Class<? extends Subject>> stage : ALL.entrySet()) {
            double[] ns = scores.get(stage.getValue().getSimpleName());
            String name = "session." + stage.getKey();
            report.add(Result.mean(name, ns, ENTRIES + " entries of 16+16 bytes", describe(stage.getKey())));
            double added = Rounds.median(ns) - before;
            report.add(Ratio.figure(name + ".added", added));
            report.note(String.format(Locale.ROOT, "%-18s %+7.2f ns  %s", name, added, describe(stage.getKey())));
            before = Rounds.median(ns);
        }
    }

    private static String describe(String stage) {
        return switch (stage) {
            case "ask" -> "the walk along the questions and the expected value: in each stage, and in no session";
            case "copy" -> "the request out of the term into private memory";
            case "validate" -> "template, length, fields: the one function over what came from outside";
            case "decode" -> "the request's fields, the epoch compared";
            case "resolve" -> "the entry by its handle";
            default -> "the answer's four words into a term";
        };
    }
}
