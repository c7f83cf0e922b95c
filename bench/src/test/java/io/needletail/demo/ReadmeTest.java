package io.needletail.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.bench.process.LauncherRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command of the README but {@code test}, in order, in one shell, from a fresh clone in an empty folder. */
class ReadmeTest {
    private static final Path DIR = Path.of("/tmp/needletail-readme");

    @Test
    void shouldRunEveryCommandFromAFreshClone(@TempDir Path folder) throws Exception {
        Path clone = folder.resolve("clone");
        assertThat(bash(folder, "git clone -q '" + LauncherRun.HOME + "' '" + clone + "'")
                        .code())
                .isZero();
        List<String> commands = commands();
        assertThat(commands).hasSizeGreaterThan(10).contains("./needletail demo");
        LauncherRun run = bash(clone, "set -euo pipefail\n" + String.join("\n", commands) + "\n");
        assertThat(run.code()).as(run.output()).isZero();
        assertThat(run.output())
                .contains("built")
                .contains("demo ok")
                .contains("ready pid=")
                .contains("\n1000000\n");
        assertThat(bash(clone, "git status --porcelain").output())
                .as("left behind")
                .isEmpty();
        bash(clone, "rm -rf \"$(readlink -f " + DIR + "/region | xargs dirname)\" " + DIR + " " + DIR + ".json");
    }

    /** The lines of the README's shell blocks. */
    private static List<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        boolean inBlock = false;
        boolean isShell = false;
        for (String line : Files.readAllLines(LauncherRun.HOME.resolve("README.md"))) {
            if (line.startsWith("```")) {
                inBlock = !inBlock;
                isShell = inBlock && line.equals("```");
            } else if (isShell && !line.equals("./needletail test")) {
                commands.add(line);
            }
        }
        return commands;
    }

    private static LauncherRun bash(Path folder, String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().remove("NEEDLETAIL_NO_BUILD");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new LauncherRun(process.waitFor(), output);
    }
}
