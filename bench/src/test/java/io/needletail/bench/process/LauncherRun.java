package io.needletail.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One run of the launcher, with what it said and how it ended. */
public record LauncherRun(int code, String output) {
    public static final Path HOME = Path.of(System.getProperty("needletail.home"));

    public static LauncherRun of(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    /** Several that have nothing to do with each other, two at a time; in their order. */
    public static List<LauncherRun> all(List<String[]> runs) throws InterruptedException {
        try (ExecutorService pairs = Executors.newFixedThreadPool(2)) {
            List<Callable<LauncherRun>> calls = new ArrayList<>();
            runs.forEach(arguments -> calls.add(() -> of(arguments)));
            List<LauncherRun> answers = new ArrayList<>();
            for (Future<LauncherRun> answer : pairs.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        } catch (ExecutionException e) {
            throw new AssertionError("the launcher could not be started", e.getCause());
        }
    }

    /** In smoke mode: that it works, not what it measures. */
    public static LauncherRun forShow(String... arguments) throws IOException, InterruptedException {
        return run(Map.of("NEEDLETAIL_SMOKE", "true"), arguments);
    }

    private static LauncherRun run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("needletail").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("NEEDLETAIL_NO_BUILD", "1");
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new LauncherRun(process.waitFor(), output);
    }
}
