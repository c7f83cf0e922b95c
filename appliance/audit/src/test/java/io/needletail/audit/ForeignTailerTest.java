package io.needletail.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trail, read by a program on whose class path nothing of ours is. */
class ForeignTailerTest {
    @TempDir
    private Path folder;

    @Test
    void shouldBeReadByAProgramThatKnowsChronicleQueueOnly() throws Exception {
        TreeSet<String> inserted = new TreeSet<>();
        try (FileRegion region = new FileRegion(folder.resolve("region"), 1)) {
            Value value = new Value(16);
            value.setUtf8("v");
            for (int i = 0; i < 500; i++) {
                region.engine().put(new Key("key:" + i), value, new Entry(16));
                inserted.add("key:" + i);
            }
            try (ShardRecorder recorder = new ShardRecorder(folder.resolve("region"), folder.resolve("trail"), null)) {
                while (recorder.doWork() > 0) {
                    Thread.onSpinWait();
                }
            }
        }
        assertThat(foreign()).containsExactlyElementsOf(inserted);
    }

    /** The same class file, alone in a folder, beside other people's jars. */
    private List<String> foreign() throws IOException, InterruptedException {
        String name = ForeignTailer.class.getName().replace('.', '/') + ".class";
        Path alone = folder.resolve("foreign").resolve(name);
        Files.createDirectories(alone.getParent());
        try (var bytes = ForeignTailer.class.getClassLoader().getResourceAsStream(name)) {
            Files.copy(bytes, alone);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--add-") || flag.startsWith("-Dchronicle."))
                .forEach(command::add);
        command.addAll(List.of("-cp", folder.resolve("foreign") + ":" + others(), ForeignTailer.class.getName()));
        command.add(folder.resolve("trail").toString());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = process.inputReader().lines().toList();
        assertThat(process.waitFor()).isZero();
        return lines;
    }

    private static String others() {
        return String.join(
                ":",
                Arrays.stream(System.getProperty("java.class.path").split(":"))
                        .filter(path -> path.endsWith(".jar") && !path.contains("needletail"))
                        .toList());
    }

    /** The program in the documentation is the one that is tested. */
    @Test
    void shouldBeTheProgramInTheDocumentation() {
        Path home = Path.of(System.getProperty("needletail.home"), "appliance", "audit");
        String program = read(home.resolve("src/test/java/io/needletail/audit/ForeignTailer.java"));
        String loop = program.substring(
                program.indexOf("        try (ChronicleQueue"), program.indexOf("        keys.forEach"));
        assertThat(read(home.resolve("README.md")))
                .contains(loop.stripTrailing().stripIndent());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
