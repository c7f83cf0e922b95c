package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An appliance in every profile, and one that stood still for longer than Aeron waits. */
@Tag("beside-others")
class ProfilesTest {
    private static final long STOPPED_NS = 6_000_000_000L;
    private static final int SHORT_LIVED = 327_680;

    private static final Pattern WARM_UP = Pattern.compile("warm-up: [1-9]\\d* of \\d+ rounds in \\d+ ms");

    private final Key key = new Key("profile");
    private final Value value = new Value(16);
    private final Entry entry = new Entry(64);

    private static ApplianceProcess start(Path dir, String profile, String... settings) throws IOException {
        List<String> arguments = ApplianceProcess.small(settings);
        arguments.addAll(List.of("--profile", profile));
        return ApplianceProcess.startIn(dir, arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"development", "latency", "throughput"})
    void shouldServeInEveryProfile(String profile, @TempDir Path folder) throws Exception {
        Path dir = folder.resolve("cache");
        try (ApplianceProcess appliance = start(dir, profile);
                BlockingSession session = appliance.connect()) {
            value.setUtf8(profile);
            for (int i = 0; i < 1_000; i++) {
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
                assertThat(session.get(entry.handle(), entry)).isEqualTo(Status.OK);
            }
            assertThat(entry.value().toUtf8()).isEqualTo(profile);
            assertThat(appliance.output()).anyMatch(line -> line.contains("profile=" + profile));
        } finally {
            ApplianceProcess.remove(dir);
        }
    }

    /**
     * The code of both kinds of session, with a shard that has nothing of the region: no request of it is counted, no key
     * stays.
     */
    @Test
    void shouldWarmUpBeforeItIsReady(@TempDir Path folder) throws Exception {
        Path dir = folder.resolve("cache");
        List<String> arguments = ApplianceProcess.small("warm-up=on");
        try (ApplianceProcess appliance = ApplianceProcess.startIn(dir, arguments.toArray(String[]::new));
                BlockingSession session = appliance.connect()) {
            String log = Files.readString(dir.resolve("log/appliance.log"));
            assertThat(WARM_UP.matcher(log).results().count())
                    .as("on its own lane and on the shared one: %s", log)
                    .isEqualTo(2);
            assertThat(session.get(new Key("warm-up"), entry)).isEqualTo(Status.NOT_FOUND);
        } finally {
            ApplianceProcess.remove(dir);
        }
    }

    /** Five times as many keys as there are slots, each for a millisecond, as fast as one client can send: faster than a small journal. */
    @ParameterizedTest
    @ValueSource(strings = {"development", "latency", "throughput"})
    void shouldEndEntriesAsFastAsTheyCome(String profile, @TempDir Path folder) throws Exception {
        Path dir = folder.resolve("cache");
        try (ApplianceProcess appliance = start(dir, profile, "journal=off");
                Session session = Session.connect(dir, ApplianceProcess.TIMEOUT_NS)) {
            int[] answers = new int[Status.count()];
            value.setUtf8("short-lived");
            int sent = 0;
            int answered = 0;
            while (answered < SHORT_LIVED) {
                if (sent < SHORT_LIVED) {
                    key.clear();
                    key.append("short-lived:").append(sent);
                    sent += session.putFor(key, 1_000_000, value) > 0 ? 1 : 0;
                }
                int polled = session.poll((id, status, found) -> answers[status]++, 64);
                assertThat(polled).as(session.closeText()).isNotEqualTo(Session.CLOSED);
                answered = IntStream.of(answers).sum();
            }
            assertThat(answers[Status.OK]).as(Arrays.toString(answers)).isEqualTo(SHORT_LIVED);
            assertThat(appliance.output()).anyMatch(line -> line.contains("profile=" + profile));
        } finally {
            ApplianceProcess.remove(dir);
        }
    }

    /** It cannot know whom it no longer hears: with a shorter patience of Aeron's than the ten seconds that it has otherwise. */
    @Test
    void shouldEndWithAnErrorWhenItStoodStillForLongerThanAeronWaits(@TempDir Path folder) throws Exception {
        Path dir = folder.resolve("cache");
        List<String> command = ApplianceProcess.small();
        command.addAll(0, List.of("start", "--dir", dir.toString()));
        ProcessBuilder builder = ApplianceProcess.launcher(command);
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Daeron.client.liveness.timeout=4s");
        Process appliance =
                builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            String line = "";
            while (line != null && !line.startsWith("ready")) {
                line = appliance.inputReader().readLine();
            }
            assertThat(line).as(() -> "its last line; its log: " + log(dir)).isNotNull();
            Signals.stop(appliance.pid());
            Signals.stayFor(STOPPED_NS);
            Signals.goOn(appliance.pid());
            assertThat(appliance.waitFor()).isEqualTo(1);
            assertThat(log(dir)).contains("TimeoutException");
        } finally {
            appliance.destroyForcibly().waitFor();
            ApplianceProcess.remove(dir);
        }
    }

    private static String log(Path dir) {
        try {
            return Files.readString(dir.resolve("log/appliance.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
