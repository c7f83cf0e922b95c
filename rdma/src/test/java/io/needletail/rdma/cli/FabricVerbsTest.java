package io.needletail.rdma.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.rdma.LibFabric;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs through the launcher, two processes where two sides are. */
@Timeout(300)
class FabricVerbsTest {
    private record Run(int code, String output) {}

    private static ProcessBuilder launcher(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("needletail.home"), "needletail").toString());
        command.add("fabric");
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("NEEDLETAIL_NO_BUILD", "1");
        builder.environment().putAll(environment);
        return builder;
    }

    private static Run run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Process process = launcher(environment, arguments).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }

    private static String done(String... arguments) throws IOException, InterruptedException {
        Run run = run(Map.of(), arguments);
        assertThat(run.code()).as(run.output()).isZero();
        return run.output();
    }

    private static void needsLibfabric() {
        assumeTrue(LibFabric.isAvailable(), LibFabric::reason);
    }

    @Test
    void shouldSayProviderRegistrationModeAndPathOfTheLibrary() throws Exception {
        needsLibfabric();
        assertThat(done("info")).contains("provider", "because", "registration", "libfabric.so");
        JsonNode shm = new ObjectMapper().readTree(done("info", "--provider", "shm", "--json"));
        assertThat(shm.get("provider").asText()).isEqualTo("shm");
        assertThat(shm.get("registrationMode").asText()).isNotBlank();
        assertThat(shm.get("library").asText()).contains("/libfabric.so");
        assertThat(shm.get("providers").toString()).contains("tcp;ofi_rxm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shm", "tcp;ofi_rxm"})
    void shouldReachAnotherProcessAndTakeTheTime(String provider) throws Exception {
        needsLibfabric();
        assertThat(done("ping", "--provider", provider, "--count", "3", "--interval-ms", "1"))
                .contains("seq=3", "3 sent, 3 answered");
        for (String verb : List.of("write-latency", "read-latency")) {
            assertThat(done(verb, "--provider", provider, "--iterations", "200", "--warm-up", "100"))
                    .contains("t_typical[usec]", "99.9% percentile[usec]", " 64      200 ");
        }
    }

    @Test
    void shouldDoWhatEveryCommandOfTheReadmeSays() throws Exception {
        needsLibfabric();
        Path readme = Path.of(System.getProperty("needletail.home"), "rdma", "README.md");
        List<String> commands = Files.readAllLines(readme).stream()
                .filter(line -> line.startsWith("./needletail fabric "))
                .toList();
        assertThat(commands).hasSize(4);
        for (String command : commands) {
            done(command.substring("./needletail fabric ".length()).split(" "));
        }
    }

    /** As two machines do, by the addresses of this one. */
    @ParameterizedTest
    @ValueSource(strings = {"shm", "tcp;ofi_rxm"})
    void shouldBeginWithASideThatListens(String provider) throws Exception {
        needsLibfabric();
        Process listening =
                launcher(Map.of(), "ping", "--listen", "127.0.0.1:0").start();
        String line = new String(readLine(listening), StandardCharsets.UTF_8);
        try {
            assertThat(line).startsWith("listening 127.0.0.1:");
            assertThat(done(
                            "ping",
                            "--provider",
                            provider,
                            "--connect",
                            line.substring("listening ".length()),
                            "--count",
                            "2"))
                    .contains("2 sent, 2 answered");
            assertThat(listening.waitFor()).isZero();
        } finally {
            listening.destroyForcibly();
        }
    }

    private static byte[] readLine(Process process) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = process.getInputStream().read();
                next >= 0 && next != '\n';
                next = process.getInputStream().read()) {
            line.write(next);
        }
        return line.toByteArray();
    }

    /** libfabric keeps a file there for each side of shm. */
    @Test
    void shouldLeaveNothingInSharedMemory() throws Exception {
        needsLibfabric();
        List<Path> before = inSharedMemory();
        done("ping", "--provider", "shm", "--count", "1");
        Process listening =
                launcher(Map.of(), "ping", "--listen", "127.0.0.1:0").start();
        Process beginning = null;
        try {
            String line = new String(readLine(listening), StandardCharsets.UTF_8);
            String where = line.substring("listening ".length());
            beginning = launcher(Map.of(), "ping", "--provider", "shm", "--connect", where, "--interval-ms", "60000")
                    .start();
            readLine(beginning);
            readLine(beginning); // the first answer
            beginning.destroy();
            assertThat(beginning.waitFor()).as("ended by a signal").isNotZero();
            assertThat(listening.waitFor()).isZero();
        } finally {
            listening.destroyForcibly();
            if (beginning != null) {
                beginning.destroyForcibly();
            }
        }
        assertThat(inSharedMemory()).isEqualTo(before);
    }

    private static List<Path> inSharedMemory() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/dev/shm"))) {
            return all.filter(path -> path.getFileName().toString().matches("\\d+:\\d+:\\d+"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldPrintJson() throws Exception {
        needsLibfabric();
        String output = done("read-latency", "--provider", "shm", "--iterations", "50", "--warm-up", "1", "--json");
        JsonNode json = new ObjectMapper().readTree(output.substring(output.indexOf('{')));
        assertThat(json.get("iterations").asInt()).isEqualTo(50);
        assertThat(json.get("typical").asDouble()).isPositive();
    }

    @Test
    void shouldSayWhatIsWrongAndWhatToDo() throws Exception {
        needsLibfabric();
        Run unknown = run(Map.of(), "info", "--provider", "carrier-pigeon");
        assertThat(unknown.code()).isEqualTo(FabricMain.NOT_THERE);
        assertThat(unknown.output()).contains("carrier-pigeon", "there are: ");
        Run odd = run(Map.of(), "write-latency", "--bytes", "17");
        assertThat(odd.code()).isEqualTo(FabricMain.USAGE);
        assertThat(odd.output()).contains("--bytes 17");
        Run nobody = run(Map.of(), "ping", "--connect", "127.0.0.1:1");
        assertThat(nobody.code()).isEqualTo(FabricMain.FAILED);
        assertThat(nobody.output()).contains("--listen");
    }

    @Test
    void shouldSayHowToGetLibfabricWhereThereIsNone() throws Exception {
        Run run = run(Map.of("NEEDLETAIL_FABRIC", ""), "info");
        assertThat(run.code()).isEqualTo(FabricMain.NOT_THERE);
        assertThat(run.output()).contains("one-sided remote memory is off", "apt-get install libfabric-dev");
    }
}
