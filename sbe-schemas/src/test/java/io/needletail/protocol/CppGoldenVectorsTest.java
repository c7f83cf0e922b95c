package io.needletail.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The C++ codecs, built here: a program decodes every golden vector, says what it holds and encodes the same again. The program
 * is written from the schemas by {@link CppVectorProgram}, so no message can be forgotten.
 */
class CppGoldenVectorsTest {
    private static final Path MODULE = Path.of(System.getProperty("needletail.home"), "sbe-schemas");

    @Test
    void shouldDecodeAndEncodeEveryGoldenVectorInCpp(@TempDir Path folder) throws Exception {
        assumeTrue(hasCompiler(), "g++ is missing");
        Path source = folder.resolve("vectors.cpp");
        Files.writeString(source, CppVectorProgram.of(MODULE.resolve("src/main/resources")));
        Path program = folder.resolve("vectors");
        String compiled = run(
                "g++",
                "-std=c++17",
                "-O1",
                "-g",
                "-Wall",
                "-fsanitize=address,undefined",
                "-fno-sanitize-recover=all",
                "-fno-sanitize=alignment", // the codecs load through memcpy; the check would only slow this down
                "-I",
                MODULE.resolve("target/generated-cpp").toString(),
                "-o",
                program.toString(),
                source.toString());
        assertThat(compiled).isEmpty();
        List<String> expected = new ArrayList<>();
        List<String> command = new ArrayList<>(List.of(program.toString()));
        for (String line : Files.readAllLines(MODULE.resolve("src/test/resources/golden-vectors.txt"))) {
            if (!line.startsWith("#")) {
                String[] cells = line.split(" ", 3);
                command.add(cells[0] + "=" + cells[1]);
                expected.add(cells[0] + " " + cells[1] + " " + cells[2].substring(cells[2].indexOf("):") + 2));
            }
        }
        assertThat(run(command.toArray(String[]::new)).lines()).containsExactlyElementsOf(expected);
    }

    private static boolean hasCompiler() throws InterruptedException {
        try {
            return new ProcessBuilder("g++", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false; // not installed
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
