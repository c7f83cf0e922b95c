package io.needletail.bench.regress;

import io.needletail.bench.stats.Rounds;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A run beside the baseline, ratio by ratio. */
public final class Regression {
    private final Baseline baseline;
    private final Baseline run;
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<String> notMeasured = new ArrayList<>();

    public Regression(Baseline baseline, Baseline run) {
        this.baseline = baseline;
        this.run = run;
        baseline.rounds().forEach((key, stored) -> {
            double[] now = run.rounds().get(key);
            if (now == null) {
                notMeasured.add(key);
            } else {
                verdicts.add(new Verdict(key, stored, Rounds.median(now)));
            }
        });
    }

    /** Whether nothing could be compared. */
    public boolean isEmpty() {
        return verdicts.isEmpty();
    }

    public boolean isWorse() {
        return verdicts.stream().anyMatch(verdict -> verdict.kind() == Verdict.Kind.WORSE);
    }

    public void print(PrintStream out) {
        out.println("baseline: " + baseline.origin());
        out.println("run:      " + run.origin());
        if (differs("plan")) {
            out.println("they were taken with different plans: what differs may be that");
        }
        if (differs("cpu")) {
            out.println(
                    "they were taken on different processors: what differs may be that; a baseline of this one is made"
                            + " with: needletail bench regress --update --baseline FILE");
        }
        out.printf("%-42s %10s %-21s %10s%n", "ratio", "baseline", "lowest..highest", "now");
        for (Verdict verdict : verdicts) {
            out.printf(
                    Locale.ROOT,
                    "%-42s %10.3f %-21s %10.3f  %s%n",
                    verdict.key(),
                    verdict.before(),
                    String.format(
                            Locale.ROOT, "%.3f..%.3f", Rounds.min(verdict.stored()), Rounds.max(verdict.stored())),
                    verdict.now(),
                    verdict.kind() == Verdict.Kind.SAME ? "" : verdict.kind());
        }
        if (!notMeasured.isEmpty()) {
            out.println("not measured by this run: " + String.join(", ", notMeasured));
        }
        out.printf(
                "%d compared, %d worse, %d better than any of the baseline's own rounds%n",
                verdicts.size(), count(Verdict.Kind.WORSE), count(Verdict.Kind.BETTER));
    }

    private boolean differs(String fact) {
        return !baseline.origin().getOrDefault(fact, "").equals(run.origin().getOrDefault(fact, ""));
    }

    private long count(Verdict.Kind kind) {
        return verdicts.stream().filter(verdict -> verdict.kind() == kind).count();
    }

    /** For programs: every ratio's baseline, value and verdict. */
    public Map<String, Object> json() {
        Map<String, Object> ratios = new LinkedHashMap<>();
        for (Verdict verdict : verdicts) {
            Map<String, Object> ratio = new LinkedHashMap<>();
            ratio.put("baseline", verdict.before());
            ratio.put("lowest", Rounds.min(verdict.stored()));
            ratio.put("highest", Rounds.max(verdict.stored()));
            ratio.put("now", verdict.now());
            ratio.put("verdict", verdict.kind().name());
            ratios.put(verdict.key(), ratio);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("baseline", baseline.origin());
        json.put("ratios", ratios);
        json.put("notMeasured", notMeasured);
        json.put("worse", isWorse());
        return json;
    }
}
