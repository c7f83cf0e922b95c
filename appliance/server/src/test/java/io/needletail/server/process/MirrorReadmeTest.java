package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.needletail.memory.PrivateFiles;
import io.needletail.rdma.LibFabric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands of the mirrors' README, in order, in one shell. */
@Timeout(300)
class MirrorReadmeTest {
    private static final Path FOLDER = Path.of("/tmp/needletail-mirrors");

    @AfterEach
    void remove() throws IOException {
        for (String member : List.of("a", "b")) {
            if (Files.exists(FOLDER.resolve(member))) {
                ApplianceProcess.remove(FOLDER.resolve(member));
            }
        }
        PrivateFiles.deleteTree(FOLDER);
    }

    @Test
    void shouldDoWhatItsCommandsSay() throws Exception {
        assumeTrue(LibFabric.isAvailable(), LibFabric::reason);
        remove();
        ProcessBuilder shell = new ProcessBuilder(
                "bash", "-c", "set -m; trap 'kill -9 $(jobs -p)' EXIT\n" + String.join("\n", commands()));
        shell.directory(ApplianceProcess.HOME.toFile()).redirectErrorStream(true);
        shell.environment().put("NEEDLETAIL_NO_BUILD", "1");
        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertThat(output).contains("level=mirrored-1", "member 1 is the primary", "\n1000000\n");
    }

    private static List<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        boolean isInBlock = false;
        for (String line : Files.readAllLines(ApplianceProcess.HOME.resolve("appliance/replication/README.md"))) {
            if (line.startsWith("```")) {
                isInBlock = !isInBlock;
            } else if (isInBlock) {
                commands.add(line);
            }
        }
        return commands;
    }
}
