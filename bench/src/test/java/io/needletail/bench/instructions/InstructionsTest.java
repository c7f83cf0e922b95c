package io.needletail.bench.instructions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.LauncherRun;
import io.needletail.bench.process.ThreadNumber;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is counted is what is executed: by a session's client for a message, and by the thread that spins. */
class InstructionsTest {
    @TempDir
    private Path folder;

    @Test
    void shouldCountAMessageOfASessionsClient() throws Exception {
        Path json = folder.resolve("instructions.json");
        LauncherRun run = LauncherRun.forShow(
                "bench", "instructions", "--working-set", "4096", "--only", "ipc.ping", "--json", "" + json);
        assumeTrue(!run.output().contains("was not built"), run.output());
        assertThat(run.code()).as(run.output()).isZero();
        JsonNode results = new ObjectMapper().readTree(json.toFile()).get("results");
        assertThat(count(results, "instructions.ipc.ping.client"))
                .isBetween(300.0, 30_000.0); // by the first compiler, here
    }

    private static double count(JsonNode results, String name) {
        for (JsonNode result : results) {
            if (result.get("name").asText().equals(name)) {
                return result.get("mean").asDouble();
            }
        }
        throw new AssertionError(name + " is not there");
    }

    @Test
    void shouldFindTheThreadThatSpins() throws Exception {
        long spinning = ThreadNumber.ofThisThread();
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Long> found = executor.submit(
                    () -> BusiestThread.of(ProcessHandle.current().pid()));
            while (!found.isDone()) {
                Thread.onSpinWait();
            }
            assertThat(found.get()).isEqualTo(spinning);
        }
    }
}
