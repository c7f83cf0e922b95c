package io.needletail.bench.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import io.needletail.bench.tiers.BenchPlan;
import io.needletail.bench.tiers.WorkingSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code bench batch}: what an entry costs by the length of the batch it comes in, for each working set. */
public final class BatchRun {
    private static final long SECONDS = 300;
    /** Of the plan's turn: there are some sixty kinds of gets. */
    private static final int SHORTER = 20;

    private final BenchPlan plan;
    private final BenchCores cores;
    private final BenchReport report;
    private final Progress progress;

    public BatchRun(BenchPlan plan, BenchCores cores, BenchReport report, Progress progress) {
        this.plan = plan;
        this.cores = cores;
        this.report = report;
        this.progress = progress;
    }

    public void run(List<WorkingSet> sets) throws IOException, InterruptedException {
        for (WorkingSet set : sets) {
            addFigures(set, measure(set));
        }
    }

    private Map<String, List<Double>> measure(WorkingSet set) throws IOException, InterruptedException {
        Map<String, List<Double>> rounds = new LinkedHashMap<>();
        int turns = plan.micro().turns();
        try (RoleProcess process = RoleProcess.start(
                "batches",
                List.of("_bench-peer", "batch-curve", "core=" + cores.server(), "entries=" + set.entries()))) {
            process.await("ready", SECONDS);
            for (int turn = 0; turn < turns; turn++) {
                progress.round(set.name("batch"), turn, turns);
                process.tell(BatchCurveRole.RESULT + Math.max(1, plan.micro().turnMs() / SHORTER));
                String answer = process.await(BatchCurveRole.RESULT, SECONDS);
                JsonNode figures = new ObjectMapper().readTree(answer.substring(BatchCurveRole.RESULT.length()));
                if (turn >= plan.micro().warmUpTurns()) {
                    figures.propertyStream()
                            .forEach(figure -> rounds.computeIfAbsent(figure.getKey(), name -> new ArrayList<>())
                                    .add(figure.getValue().asDouble()));
                }
            }
            process.tell("stop");
            process.await("done", SECONDS);
        }
        return rounds;
    }

    private void addFigures(WorkingSet set, Map<String, List<Double>> rounds) {
        rounds.forEach((name, values) -> report.add(Result.mean(
                set.name("batch." + name),
                array(values),
                set.describe(),
                "one process, every kind in turn; filling the batch and reading its answers counts")));
        for (int length : BatchLengths.ALL) {
            addRatio(set, rounds, "byHandle.batch" + length, "byHandle");
            addRatio(set, rounds, "byHandle.batch" + length, "byHandle.dependent");
            addRatio(set, rounds, "byHandle.views.batch" + length, "byHandle.view");
            addCopying(set, rounds, "byHandle.views.batch" + length, "byHandle");
            addRatio(set, rounds, "byHandle.views.batch" + length, "byHandle.dependent");
            addRatio(set, rounds, "byHandle.vector.batch" + length, "byHandle");
            addRatio(set, rounds, "byHandle.native.batch" + length, "byHandle.view");
            addRatio(set, rounds, "byKey.views.batch" + length, "byKey.view");
            addCopying(set, rounds, "byKey.views.batch" + length, "byKey");
            for (String search : new String[] {"native", "vector", "scalar"}) {
                addRatio(set, rounds, "byKey." + search + ".batch" + length, "byKey");
            }
        }
    }

    private void addRatio(WorkingSet set, Map<String, List<Double>> rounds, String name, String single) {
        add(set, rounds, name, single, single.endsWith("dependent") ? "/dependent" : "/single");
    }

    /** What is read where it lies beside one get after the other that copies. */
    private void addCopying(WorkingSet set, Map<String, List<Double>> rounds, String name, String single) {
        add(set, rounds, name, single, "/copying");
    }

    private void add(WorkingSet set, Map<String, List<Double>> rounds, String name, String single, String denominator) {
        if (rounds.containsKey(name)) {
            report.add(Ratio.of(
                    set.name("batch." + name + denominator), array(rounds.get(name)), array(rounds.get(single))));
        }
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
