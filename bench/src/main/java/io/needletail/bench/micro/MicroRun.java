package io.needletail.bench.micro;

import io.needletail.bench.process.TurnKeeper;
import io.needletail.bench.process.TurnTaker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs several subjects, each a JMH benchmark in a forked JVM, all alive at once and measuring one at a time. What comes back
 * is, for each subject, its score of every round.
 */
public final class MicroRun {
    /** Scores by subject in ns per operation, a round each, and the bytes an operation allocated. */
    public record Scores(Map<String, double[]> nsPerOperation, Map<String, Double> allocatedPerOperation) {}

    private final MicroPlan plan;
    private final Map<String, String> parameters;
    private final Path logs;

    /**
     * @param parameters JMH parameters for whichever subjects have them
     * @param logs folder for what JMH and the forks say
     */
    public MicroRun(MicroPlan plan, Map<String, String> parameters, Path logs) {
        this.plan = plan;
        this.logs = logs;
        this.parameters = parameters;
    }

    public Scores run(List<Class<? extends Subject>> subjects, IntConsumer progress)
            throws IOException, InterruptedException {
        System.setProperty("jmh.ignoreLock", "true"); // the subjects are several, and take turns
        List<String> names = subjects.stream().map(Class::getSimpleName).toList();
        // closed in reverse: without their turns the forks end, and then the runners that wait for them
        try (ExecutorService runners = Executors.newFixedThreadPool(subjects.size());
                TurnKeeper turns = new TurnKeeper()) {
            Map<String, Future<RunResult>> running = new LinkedHashMap<>();
            for (Class<? extends Subject> subject : subjects) {
                running.put(
                        subject.getSimpleName(),
                        runners.submit(() -> new Runner(options(subject, turns.port())).runSingle()));
            }
            try {
                turns.admit(names, () -> running.values().stream().anyMatch(Future::isDone));
                turns.play(names, plan.warmUpTurns() + plan.rounds(), progress);
            } catch (IOException e) {
                throw explained(e, running);
            }
            return new Scores(scores(running), turns.allocatedPerOperation());
        }
    }

    private org.openjdk.jmh.runner.options.Options options(Class<? extends Subject> subject, int port) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(subject.getCanonicalName().replace(".", "\\.") + "\\.measure$")
                .forks(1)
                .threads(1)
                .warmupIterations(plan.warmUpTurns())
                .warmupTime(TimeValue.milliseconds(plan.turnMs()))
                .measurementIterations(plan.rounds())
                .measurementTime(TimeValue.milliseconds(plan.turnMs()))
                .verbosity(VerboseMode.EXTRA)
                .output(logs.resolve(subject.getSimpleName() + ".jmh.log").toString())
                .shouldFailOnError(true)
                .jvmArgsAppend("-D" + TurnTaker.PORT_PROPERTY + "=" + port);
        parameters.forEach((name, value) -> {
            if (has(subject, name)) {
                options.param(name, value);
            }
        });
        return options.build();
    }

    private static boolean has(Class<?> subject, String parameter) {
        for (Class<?> c = subject; c != Object.class; c = c.getSuperclass()) {
            for (var field : c.getDeclaredFields()) {
                if (field.getName().equals(parameter)) {
                    return true;
                }
            }
        }
        return false;
    }

    private Map<String, double[]> scores(Map<String, Future<RunResult>> running)
            throws IOException, InterruptedException {
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (Map.Entry<String, Future<RunResult>> subject : running.entrySet()) {
            try {
                scores.put(subject.getKey(), scores(subject.getValue().get()));
            } catch (ExecutionException e) {
                throw new IOException(subject.getKey() + ": " + e.getCause(), e.getCause());
            }
        }
        return scores;
    }

    private static double[] scores(RunResult result) {
        List<Double> scores = new ArrayList<>();
        for (IterationResult iteration :
                result.getBenchmarkResults().iterator().next().getIterationResults()) {
            scores.add(iteration.getPrimaryResult().getScore());
        }
        return scores.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The reason why a subject failed, when there is one, instead of the silence it left. */
    private static IOException explained(IOException silence, Map<String, Future<RunResult>> running)
            throws InterruptedException {
        for (Map.Entry<String, Future<RunResult>> subject : running.entrySet()) {
            if (subject.getValue().isDone()) {
                try {
                    subject.getValue().get();
                } catch (ExecutionException e) {
                    boolean runner = e.getCause() instanceof RunnerException;
                    return new IOException(
                            subject.getKey() + " failed: "
                                    + (runner ? e.getCause().getMessage() : e.getCause()),
                            e);
                }
            }
        }
        return silence;
    }
}
