package io.needletail.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.needletail.bench.process.LauncherRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The codecs of other languages, written on request. */
class CodecsTest {
    @TempDir
    private Path folder;

    @Test
    void shouldWriteTheCodecsOfEveryLanguage() throws Exception {
        String[][] languages = {{"cpp", ".h"}, {"csharp", ".cs"}, {"go", ".go"}, {"java", ".java"}, {"rust", ".rs"}};
        for (String[] language : languages) {
            Path into = folder.resolve(language[0]);
            LauncherRun run = LauncherRun.of("codecs", language[0], into.toString());
            assertThat(run.code()).as(run.output()).isZero();
            assertThat(files(into, language[1])).as(language[0]).isGreaterThan(30);
        }
        assertThat(LauncherRun.of("codecs", "cobol", folder.toString()).code()).isEqualTo(2);
        assertThat(LauncherRun.of("codecs", "rust").code()).isEqualTo(2);
    }

    @Test
    void shouldWriteRustThatCompiles() throws Exception {
        assumeTrue(hasCargo(), "cargo is missing");
        Path into = folder.resolve("rust");
        assertThat(LauncherRun.of("codecs", "rust", into.toString()).code()).isZero();
        try (Stream<Path> crates = Files.walk(into)) {
            for (Path manifest :
                    crates.filter(file -> file.endsWith("Cargo.toml")).toList()) {
                Process cargo = new ProcessBuilder("cargo", "check", "--offline", "--quiet")
                        .directory(manifest.getParent().toFile())
                        .redirectErrorStream(true)
                        .start();
                String said = new String(cargo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(cargo.waitFor()).as(manifest + "\n" + said).isZero();
            }
        }
    }

    private static boolean hasCargo() throws InterruptedException {
        try {
            return new ProcessBuilder("cargo", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false; // not installed
        }
    }

    private static long files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).count();
        }
    }
}
