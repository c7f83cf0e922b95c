package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.Jazzer;
import io.needletail.server.config.ConfigurationFuzzTarget;
import io.needletail.server.config.Option;
import io.needletail.server.config.TextOption;
import io.needletail.server.session.CanaryFuzzTarget;
import io.needletail.server.session.FrameFuzzTarget;
import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parsers of what comes from outside, under a coverage-guided fuzzer. Every run replays the kept inputs and then fuzzes from them
 * for a while in a JVM of its own; what a fuzzer finds belongs into the kept inputs, as a line of {@code fuzz/NAME.hex}.
 */
@Tag("beside-others")
class FuzzTest {
    private static final long SEED = 1;
    private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs");

    @TempDir
    private static Path folder;

    private static Process canary;

    /** On the other core, while the rest is fuzzed: it takes as long as all of that. */
    @BeforeAll
    static void startTheCanary() throws IOException {
        canary = start("frames", CanaryFuzzTarget.class, 50_000_000);
    }

    @AfterAll
    static void endTheCanary() {
        canary.destroyForcibly();
    }

    @Test
    void shouldSurviveAnyBytesAsASessionsFrames() throws Exception {
        replay("frames", FrameFuzzTarget::fuzzerTestOneInput);
        fuzz("frames", FrameFuzzTarget.class, 20_000_000);
    }

    @Test
    void shouldSurviveAnyBytesAsARegionsHeader() throws Exception {
        replay("region", RegionFuzzTarget::fuzzerTestOneInput);
        fuzz("region", RegionFuzzTarget.class, 20_000_000);
    }

    @Test
    void shouldSurviveAnyTextAsAConfiguration() throws Exception {
        replay("configuration", ConfigurationFuzzTarget::fuzzerTestOneInput);
        fuzz("configuration", ConfigurationFuzzTarget.class, 5_000_000);
    }

    @Test
    void shouldStartFromEveryOptionThereIs() throws IOException {
        String all = kept("configuration").stream()
                .map(input -> new String(input, StandardCharsets.UTF_8))
                .reduce("", String::concat);
        for (Option option : Option.values()) {
            assertThat(all).contains(option.key());
        }
        assertThat(all).contains(TextOption.keys());
    }

    /** The canary: a bug behind three checks, one byte away from a kept input, which is a batch of two with room for a third. */
    @Test
    void shouldFindABugThatWasPlanted() throws Exception {
        FuzzRun run = await(canary, CanaryFuzzTarget.class);
        assertThat(run.code).as(run.output).isEqualTo(77);
        assertThat(run.output).contains("planted: a resolve of three entries");
    }

    private record FuzzRun(int code, String output) {}

    private static List<byte[]> kept(String name) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        try (var text = FuzzTest.class.getResourceAsStream("/fuzz/" + name + ".hex")) {
            new String(text.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> inputs.add(HexFormat.of().parseHex(line)));
        }
        return inputs;
    }

    private static void replay(String name, Consumer<byte[]> target) throws IOException {
        List<byte[]> inputs = kept(name);
        assertThat(inputs).hasSizeGreaterThan(20);
        inputs.forEach(target);
    }

    private void fuzz(String name, Class<?> target, long longRuns) throws Exception {
        long required = Proof.required(200_000, longRuns);
        FuzzRun run = await(start(name, target, required), target);
        assertThat(run.code).as(run.output).isZero();
        Matcher done = RUNS.matcher(run.output);
        assertThat(done.find()).as(run.output).isTrue();
        Proof.note("fuzz-" + name, required, Long.parseLong(done.group(1)), SEED);
    }

    private static FuzzRun await(Process process, Class<?> target) throws Exception {
        int code = process.waitFor();
        return new FuzzRun(code, Files.readString(log(target), StandardCharsets.UTF_8));
    }

    private static Path log(Class<?> target) {
        return folder.resolve(target.getSimpleName() + ".log");
    }

    private static Process start(String name, Class<?> target, long runs) throws IOException {
        Path corpus = Files.createDirectory(folder.resolve(target.getSimpleName()));
        int number = 0;
        for (byte[] input : kept(name)) {
            Files.write(corpus.resolve("kept-" + number++), input);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-Xmx"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path"), Jazzer.class.getName()));
        command.addAll(List.of(
                "--target_class=" + target.getName(),
                "--instrumentation_includes=io.needletail.**",
                "--reproducer_path=" + folder,
                corpus.toString(),
                "-runs=" + runs,
                "-max_len=4096",
                "-seed=" + Seed.of(SEED),
                "-artifact_prefix=" + folder + "/"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(target).toFile())
                .start();
    }
}
