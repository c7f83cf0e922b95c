package io.needletail.rdma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The structures in Java are those of C, as the compiler of this machine lays them out. */
class FabricLayoutsTest {
    private static final Path SOURCE =
            Path.of(System.getProperty("needletail.home"), "rdma", "src", "main", "c", "needletail_fabric.c");

    @TempDir
    private Path folder;

    @BeforeEach
    void needsLibfabric() {
        assumeTrue(LibFabric.isAvailable(), LibFabric::reason);
    }

    @Test
    void shouldBeWhatTheCompilerMakesOfTheStructures() throws Exception {
        StringBuilder asks = new StringBuilder();
        TreeMap<String, Long> expected = new TreeMap<>();
        ask(asks, expected, "nt_description", FabricLayouts.DESCRIPTION);
        ask(asks, expected, "nt_completion", FabricLayouts.COMPLETION);
        ask(asks, expected, "nt_region_place", FabricLayouts.REGION_PLACE);
        ask(asks, expected, "nt_read_part", FabricLayouts.READ_PART);
        TreeMap<String, Long> actual = new TreeMap<>();
        for (String line : compiled(asks.toString())) {
            String[] words = line.split(" ");
            actual.put(words[0], Long.parseLong(words[1]));
        }
        assertThat(actual).isEqualTo(expected).hasSize(11 + 3 + 2 + 3 + 4);
    }

    /** A line for every member and one for the whole. */
    private static void ask(StringBuilder asks, TreeMap<String, Long> expected, String name, StructLayout layout) {
        for (MemoryLayout member : layout.memberLayouts()) {
            String field = member.name().orElseThrow();
            expected.put(name + "." + field, FabricLayouts.offset(layout, field));
            asks.append(
                    String.format("printf(\"%s.%s %%zu\\n\", offsetof(struct %s, %s));%n", name, field, name, field));
        }
        expected.put(name, layout.byteSize());
        asks.append(String.format("printf(\"%s %%zu\\n\", sizeof(struct %s));%n", name, name));
    }

    private List<String> compiled(String asks) throws IOException, InterruptedException {
        Path program = folder.resolve("layouts.c");
        Files.writeString(
                program,
                "#include \"" + SOURCE + "\"\n#include <stdio.h>\nint main(void) {\n" + asks + "return 0;\n}\n");
        Path binary = folder.resolve("layouts");
        assertThat(run("gcc", program.toString(), "-o", binary.toString(), "-ldl"))
                .isEmpty();
        return run(binary.toString());
    }

    private static List<String> run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as(lines.toString()).isZero();
        return lines;
    }
}
