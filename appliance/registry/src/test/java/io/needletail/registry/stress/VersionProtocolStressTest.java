package io.needletail.registry.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.testing.Proof;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs jcstress in a process of its own: the protocol must pass, the canary must fail. */
class VersionProtocolStressTest {
    /** jcstress closes with this line; soft errors and others are zero in a run that counts. */
    private static final Pattern RESULTS = Pattern.compile("Results: (\\d+) planned; (\\d+) passed, (\\d+) failed");

    @TempDir
    private Path folder;

    private record Outcome(int passed, int failed, String output) {}

    @Test
    void shouldNeverShowATornValueOrAFallingVersion() throws Exception {
        Outcome whole = run("WholeValue|RisingVersions");
        assertThat(whole.failed).as(whole.output).isZero();
        assertThat(whole.passed).as(whole.output).isPositive();
        Proof.note("jcstress-version-protocol", 2, whole.passed, 0);
    }

    @Test
    void shouldSeeTheRacyCanaryFail() throws Exception {
        Outcome canary = run("RacyCanary");
        assertThat(canary.failed).as(canary.output).isPositive();
        Proof.note("jcstress-canary-fails", 1, canary.failed, 0);
    }

    private Outcome run(String tests) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .toList();
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.openjdk.jcstress.Main"));
        boolean isLong = Boolean.getBoolean("needletail.long");
        command.addAll(List.of("-m", isLong ? "default" : "quick", "-f", "1", "-c", "2", "-t", tests));
        // quick: both actors by the same compiler; else by every pair of compilers
        command.addAll(List.of("-sc", Boolean.toString(isLong), "-r", folder.toString()));
        for (String flag : flags) {
            command.add("-jvmArgsPrepend");
            command.add(flag);
        }
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        int passed = 0;
        int failed = 0;
        Matcher matcher = RESULTS.matcher(output);
        while (matcher.find()) {
            passed = Integer.parseInt(matcher.group(2));
            failed = Integer.parseInt(matcher.group(3));
        }
        return new Outcome(passed, failed, output);
    }
}
