package io.needletail.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.server.RunningAppliance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {
    private interface Example {
        void main(String[] arguments) throws Exception;
    }

    private static String outputOf(Example example, Path argument) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        try {
            example.main(new String[] {argument.toString()});
        } finally {
            System.setOut(before);
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldRunEveryExample(@TempDir Path folder) throws Exception {
        try (RunningAppliance appliance = new RunningAppliance()) {
            assertThat(outputOf(SessionExample::main, appliance.dir())).startsWith("OK 1000000 v");
            assertThat(outputOf(PollingExample::main, appliance.dir())).isEqualTo("answered 1000\n");
        }
        assertThat(outputOf(EmbeddedExample::main, folder.resolve("region"))).isEqualTo("OK 42\nOK in place 42 v1\n");
    }

    @Test
    void shouldShowTheSameCodeInTheReadme() throws IOException {
        Path home = Path.of(System.getProperty("needletail.home"));
        String readme = Files.readString(home.resolve("README.md"));
        String source = Files.readString(
                home.resolve("appliance/server/src/test/java/io/needletail/examples/SessionExample.java"));
        String shown = readme.substring(
                readme.indexOf("```java\n") + 8, readme.indexOf("```", readme.indexOf("```java\n") + 8));
        String compiled = source.substring(source.indexOf("argument\n") + 9, source.indexOf("// README ends"))
                .replace("arguments[0]", "\"/tmp/needletail-readme\"");
        assertThat(shown.replaceAll("\\s+", " ").strip())
                .isEqualTo(compiled.replaceAll("\\s+", " ").strip());
        assertThat(readme.lines()).hasSizeLessThan(80);
    }
}
