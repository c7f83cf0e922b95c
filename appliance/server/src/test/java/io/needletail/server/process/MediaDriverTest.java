package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.SessionAddress;
import io.needletail.client.UdpEndpoint;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.RunningAppliance;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Media drivers in processes of their own: the appliance's, and that of a client by UDP. */
class MediaDriverTest {
    private final Key key = new Key("driven");
    private final Value value = new Value(16);
    private final Entry entry = new Entry(7040);
    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory(Path.of("/dev/shm"), "needletail-driver-test");
    }

    @AfterEach
    void removeFolder() throws IOException {
        PrivateFiles.deleteTree(folder);
    }

    private Process startDriver(String name) throws IOException {
        Process process = ApplianceProcess.launcher(
                        List.of("media-driver", "--dir", folder.resolve(name).toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader();
        assertThat(output.readLine()).startsWith("ready pid=");
        return process;
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldServeSessionsThroughAMediaDriverInAnotherProcess() throws Exception {
        String udp = RunningAppliance.udpOption();
        Process outside = startDriver("appliance");
        Process clients = startDriver("client");
        try (ApplianceProcess appliance = ApplianceProcess.start("media-driver=" + folder.resolve("appliance"), udp)) {
            SessionAddress address = SessionAddress.udp(
                    folder.resolve("client"), UdpEndpoint.parse(udp.substring(udp.indexOf('=') + 1)));
            try (BlockingSession shared = appliance.connect();
                    BlockingSession remote = BlockingSession.connect(address, ApplianceProcess.TIMEOUT_NS)) {
                for (int i = 0; i < 1_000; i++) {
                    value.setUtf8("v" + i);
                    assertThat(remote.put(key, value, entry)).isEqualTo(Status.OK);
                    assertThat(shared.get(key, entry)).isEqualTo(Status.OK);
                    assertThat(entry.value().toUtf8()).isEqualTo("v" + i);
                }
            }
            assertThat(appliance.terminate()).isZero();
            assertThat(outside.isAlive()).isTrue();
        } finally {
            end(clients);
            end(outside);
        }
        assertThat(folder.resolve("appliance")).doesNotExist();
    }

    @Test
    void shouldEndTheApplianceWhenItsMediaDriverIsGone() throws Exception {
        Process outside = startDriver("appliance");
        try (ApplianceProcess appliance = ApplianceProcess.start("media-driver=" + folder.resolve("appliance"))) {
            outside.destroyForcibly().waitFor();
            assertThat(appliance.awaitExit()).isEqualTo(1);
            assertThat(Files.readString(appliance.dir().resolve("log").resolve("appliance.log")))
                    .contains("DriverTimeoutException");
        }
    }

    @Test
    void shouldSayThatNoMediaDriverRunsThereAndHowToStartOne() throws Exception {
        Path dir = Files.createTempDirectory("needletail-process");
        Process process = ApplianceProcess.launcher(
                        List.of("start", "--dir", dir.toString(), "--set", "media-driver=" + folder.resolve("none")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(err).contains("no media driver runs there").contains("needletail media-driver --dir");
        ApplianceProcess.remove(dir);
    }

    @Test
    void shouldRefuseASecondMediaDriverInOneFolder() throws Exception {
        Process first = startDriver("one");
        try {
            Process second = ApplianceProcess.launcher(List.of(
                            "media-driver", "--dir", folder.resolve("one").toString()))
                    .start();
            String err = new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(second.waitFor()).isEqualTo(4);
            assertThat(err).contains("a media driver runs there");
        } finally {
            end(first);
        }
    }

    @Test
    void shouldAskByUdpFromTheShellWithADriverForOneCommand() throws Exception {
        String udp = RunningAppliance.udpOption();
        try (ApplianceProcess appliance = ApplianceProcess.start(udp)) {
            String endpoint = udp.substring(udp.indexOf('=') + 1);
            assertThat(ask("client", "--udp", endpoint, "put", "AAPL:limit", "1000000"))
                    .startsWith("0 ");
            assertThat(ask("client", "--dir", appliance.dir().toString(), "get", "AAPL:limit"))
                    .isEqualTo("0 1000000\n");
            assertThat(ask("client", "--udp", endpoint, "get", "AAPL:limit")).isEqualTo("0 1000000\n");
            assertThat(ask("client", "--udp", "10.0.0.1:40123", "get", "AAPL:limit"))
                    .startsWith("2 ");
        }
    }

    private static String ask(String... arguments) throws IOException, InterruptedException {
        Process process = ApplianceProcess.launcher(List.of(arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + out;
    }
}
