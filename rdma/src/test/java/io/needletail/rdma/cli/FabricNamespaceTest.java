package io.needletail.rdma.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.needletail.rdma.LibFabric;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two network namespaces with a cable between them: what is nearest to two machines that one has. Only root can make them. */
@Timeout(120)
class FabricNamespaceTest {
    private static final String HERE = "needletail-a-" + ProcessHandle.current().pid();
    private static final String THERE =
            "needletail-b-" + ProcessHandle.current().pid();

    private Process listening;

    @BeforeEach
    void makeNamespaces() throws Exception {
        assumeTrue(LibFabric.isAvailable(), LibFabric::reason);
        assumeTrue(ip("netns", "add", HERE) == 0, "only root can make network namespaces, with iproute2");
        assertThat(ip("netns", "add", THERE)).isZero();
        assertThat(ip("link", "add", "veth-a", "netns", HERE, "type", "veth", "peer", "name", "veth-b", "netns", THERE))
                .isZero();
        up(HERE, "veth-a", "10.77.0.1/24");
        up(THERE, "veth-b", "10.77.0.2/24");
    }

    private static void up(String namespace, String device, String address) throws Exception {
        assertThat(ip("-n", namespace, "addr", "add", address, "dev", device)).isZero();
        assertThat(ip("-n", namespace, "link", "set", device, "up")).isZero();
        assertThat(ip("-n", namespace, "link", "set", "lo", "up")).isZero();
    }

    @AfterEach
    void removeNamespaces() throws Exception {
        if (listening != null) {
            listening.destroyForcibly().waitFor();
        }
        ip("netns", "del", HERE);
        ip("netns", "del", THERE);
    }

    /** Its exit code; -1 without iproute2. */
    private static int ip(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    private static Process fabricIn(String namespace, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        command.add(Path.of(System.getProperty("needletail.home"), "needletail").toString());
        command.add("fabric");
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("NEEDLETAIL_NO_BUILD", "1");
        return builder.start();
    }

    @Test
    void shouldReachMemoryInAnotherNamespace() throws Exception {
        listening = fabricIn(HERE, "ping", "--listen", "10.77.0.1:7400");
        BufferedReader said =
                new BufferedReader(new InputStreamReader(listening.getInputStream(), StandardCharsets.UTF_8));
        assertThat(said.readLine()).isEqualTo("listening 10.77.0.1:7400");
        Process beginning =
                fabricIn(THERE, "ping", "--provider", "tcp;ofi_rxm", "--connect", "10.77.0.1:7400", "--count", "3");
        String output = new String(beginning.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(beginning.waitFor()).as(output).isZero();
        assertThat(output).contains("3 sent, 3 answered");
        assertThat(listening.waitFor()).isZero();
    }
}
