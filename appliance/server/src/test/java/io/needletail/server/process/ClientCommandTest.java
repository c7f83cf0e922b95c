package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.client.BlockingSession;
import io.needletail.client.ClientId;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.ErrorLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every verb of {@code needletail client}, through the launcher: output, exit code, JSON. */
@Tag("beside-others")
class ClientCommandTest {
    private static ApplianceProcess appliance;

    /** Of 64 bytes, in the small appliance's ring of 4 MiB. */
    private static final int LINES_OF_THE_RING = 65_536;

    private record Answer(int code, byte[] out, String err) {
        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }

        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(out);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        appliance = ApplianceProcess.start("liveness-timeout=30s"); // nobody polls the sessions of these tests
    }

    @AfterAll
    static void stop() throws IOException {
        appliance.close();
    }

    private static Answer client(String... arguments) throws IOException, InterruptedException {
        List<String> all =
                new ArrayList<>(List.of("client", "--dir", appliance.dir().toString()));
        all.addAll(List.of(arguments));
        return launcher(all);
    }

    private static Answer launcher(List<String> all) throws IOException, InterruptedException {
        Path err = Files.createTempFile("client", ".err");
        Process process =
                ApplianceProcess.launcher(all).redirectError(err.toFile()).start();
        byte[] out = process.getInputStream().readAllBytes();
        Answer answer = new Answer(process.waitFor(), out, Files.readString(err));
        Files.delete(err);
        return answer;
    }

    @Test
    void shouldPrintTheValueAndALineFeedAndNothingElse() throws Exception {
        assertThat(client("put", "verb:1", "größe 7").code()).isZero();
        Answer get = client("get", "verb:1");
        assertThat(get.code()).isZero();
        assertThat(get.text()).isEqualTo("größe 7\n");
        assertThat(get.err()).isEmpty();
        assertThat(client("put", "0x00ff10", "0x0102").code()).isZero();
        assertThat(client("get", "0x00ff10").out()).containsExactly(1, 2, '\n');
        assertThat(client("--json", "get", "0x00ff10").json().get("value").asText())
                .isEqualTo("0x0102");
    }

    @Test
    void shouldEndWithTheExitCodeOfTheOutcome() throws Exception {
        assertThat(client("get", "verb:none").code()).isEqualTo(1);
        assertThat(client("delete", "verb:none").code()).isEqualTo(1);
        assertThat(client("resolve", "verb:none").code()).isEqualTo(1);
        assertThat(client("insert", "verb:new", "1").code()).isZero();
        Answer exists = client("insert", "verb:new", "2");
        assertThat(exists.code()).isEqualTo(4);
        assertThat(exists.err()).contains("EXISTS");
        assertThat(client("delete", "verb:new").code()).isZero();
        assertThat(client("put", "k", "x".repeat(65_537)).code()).isEqualTo(4);
        Answer longKey = client("put", "k".repeat(1025), "x");
        assertThat(longKey.code()).isEqualTo(4);
        assertThat(longKey.err()).contains("1024");
        assertThat(client("put", "", "x").code()).isEqualTo(2);
        assertThat(client("get").code()).isEqualTo(2);
        assertThat(client("get", "0xzz").code()).isEqualTo(2);
        assertThat(client("nonsense").code()).isEqualTo(2);
        assertThat(client().code()).isEqualTo(2);
        assertThat(client("--timeout", "soon", "ping").code()).isEqualTo(2);
        Answer unreachable = launcher(List.of("client", "--dir", "/nowhere", "get", "k"));
        assertThat(unreachable.code()).isEqualTo(3);
        assertThat(unreachable.err()).contains("/nowhere");
        assertThat(launcher(List.of("client", "--dir", "/nowhere", "stat")).code())
                .isEqualTo(3);
    }

    @Test
    void shouldAddPutIfAndClearFromTheShell() throws Exception {
        assertThat(client("add", "shell:sum", "-300").text()).isEqualTo("-300\n");
        assertThat(client("add", "shell:sum", "1000").text()).isEqualTo("700\n");
        JsonNode sum = client("--json", "add", "shell:sum", "-1").json();
        assertThat(sum.get("value").asLong()).isEqualTo(699);
        Answer overflow = client("add", "shell:sum", "9223372036854775807");
        assertThat(overflow.code()).isEqualTo(4);
        assertThat(overflow.err()).contains("error OVERFLOW: ").contains("64-bit");
        assertThat(client("add", "shell:sum", "much").code()).isEqualTo(2);

        long version =
                client("--json", "put", "shell:if", "a").json().get("version").asLong();
        assertThat(client("put", "shell:if", "b", "--if-version", Long.toString(version))
                        .code())
                .isZero();
        Answer conflict = client("put", "shell:if", "c", "--if-version", Long.toString(version));
        assertThat(conflict.code()).isEqualTo(4);
        assertThat(conflict.err()).contains("error VERSION_CONFLICT: ").contains("version " + (version + 1));
        assertThat(client("get", "shell:if").text()).isEqualTo("b\n");
        assertThat(client("add", "shell:if", "1").err()).contains("error NOT_A_NUMBER: ");
        assertThat(client("clear", "shell:if").code()).isZero();
        assertThat(client("get", "shell:if").code()).isEqualTo(1);
        assertThat(client("put", "shell:ttl", "x", "--ttl", "1h").code()).isZero();
        assertThat(client("touch", "shell:ttl", "2h").code()).isZero();
        assertThat(client("touch", "shell:ttl", "0s").code()).isZero();
        assertThat(client("put", "stat", "an entry that is called as a verb is").code())
                .isZero();
        assertThat(client("expire", "stat", "2h").code()).isZero();
        assertThat(client("--help", "put").text()).contains("get ", "expire");
        assertThat(client("put", "shell:ttl", "x", "--ttl", "soon").code()).isEqualTo(2);
        assertThat(client("put", "shell:ttl", "x", "--ttl", "1h", "--if-version", "1")
                        .code())
                .isEqualTo(2);
        assertThat(client("put", "shell:ttl", "x", "--ttl", "0s").err()).contains("error INVALID_REQUEST: ");
        assertThat(client("clear", "shell:if").code()).isEqualTo(1);
    }

    @Test
    void shouldChangeAGroupOfKeysOrNoneOfThem() throws Exception {
        assertThat(client("add", "group:limit", "100").code()).isZero();
        String version =
                client("--json", "resolve", "group:limit").json().get("version").asText();
        String take = "add group:limit@" + version + " -30";
        Answer first = client("--json", "group", take, "add group:position@0 30", "put group:note a few words");
        assertThat(first.code()).isZero();
        assertThat(first.json().get("changes")).hasSize(3);
        assertThat(client("get", "group:note").text()).isEqualTo("a few words\n");
        Answer second = client("group", take, "add group:position 30");
        assertThat(second.code()).isEqualTo(4);
        assertThat(second.err()).contains(take + ": error VERSION_CONFLICT: the entry has version");
        assertThat(client("add", "group:position", "0").text()).isEqualTo("30\n");
        assertThat(client("group", "clear group:position", "delete group:note", "check group:limit")
                        .code())
                .isZero();
        assertThat(client("get", "group:note").code()).isEqualTo(1);
        assertThat(client("group", "jump over").code()).isEqualTo(2);
        assertThat(client("group", "add group:limit much").err()).contains("'much' is not a number");
    }

    @Test
    void shouldPrintWhatChangedSinceAVersion() throws Exception {
        client("put", "changes:1", "one");
        long version =
                client("--json", "resolve", "changes:1").json().get("version").asLong();
        client("put", "changes:1", "two");
        client("put", "changes:2", "a value that takes a block");
        client("delete", "changes:1");
        Answer answer = client("changes", "--since", Long.toString(version));
        assertThat(answer.code()).isZero();
        assertThat(answer.text())
                .isEqualTo((version + 1) + "\tupdate\t%s\ttwo\n".formatted(keyOrHandle(answer))
                        + (version + 2) + "\tinsert\tchanges:2\ta value that takes a block\n"
                        + (version + 3) + "\tdelete\tchanges:1\n");
        Answer one = client("--json", "changes", "--since", Long.toString(version + 1), "--limit", "1");
        assertThat(one.json().get("key").asText()).isEqualTo("changes:2");
        assertThat(one.json().get("operation").asText()).isEqualTo("insert");
        Process follower = ApplianceProcess.launcher(
                        List.of("client", "--dir", appliance.dir().toString(), "changes", "--since", "0", "--follow"))
                .start();
        try {
            client("put", "changes:3", "live");
            String line = follower.inputReader().readLine();
            while (line != null && !line.contains("changes:3")) {
                line = follower.inputReader().readLine();
            }
            assertThat(line).endsWith("\tchanges:3\tlive");
        } finally {
            follower.destroy();
            follower.waitFor();
        }
    }

    @Test
    void shouldSayOnceThatAGroupIsTooLongForAMessage() throws Exception {
        List<String> changes = new ArrayList<>(List.of("group"));
        for (int i = 0; i < 9; i++) {
            changes.add("put long:" + i + " " + "x".repeat(1_000));
        }
        Answer answer = client(changes.toArray(String[]::new));
        assertThat(answer.code()).isEqualTo(4);
        assertThat(answer.err())
                .containsOnlyOnce("BATCH_TOO_LONG")
                .doesNotContain("UNKNOWN")
                .doesNotContain("xxx");
        assertThat(client("get", "long:0").code()).isEqualTo(1);
    }

    @Test
    void shouldSayWhenTheRingDoesNotReachBackAndWhenTheApplianceStops() throws Exception {
        try (ApplianceProcess own = ApplianceProcess.start("liveness-timeout=30s");
                BlockingSession session = own.connect()) {
            Value value = new Value(16);
            value.setUtf8("new");
            Entry entry = new Entry(16);
            assertThat(session.put(new Key("overrun:1"), value, entry)).isEqualTo(Status.OK);
            long first = entry.version();
            long handle = entry.handle();
            for (int i = 0; i < LINES_OF_THE_RING; i++) {
                assertThat(session.put(handle, value, entry)).isEqualTo(Status.OK);
            }
            List<String> changes = List.of("client", "--dir", own.dir().toString(), "changes");
            List<String> since = new ArrayList<>(changes);
            since.addAll(List.of("--since", Long.toString(first)));
            Answer overrun = launcher(since);
            assertThat(overrun.code()).as(overrun.err()).isEqualTo(4);
            assertThat(overrun.err()).contains("OVERRUN").contains("ring-bytes");
            assertThat(overrun.text()).isEmpty();

            Process follower =
                    ApplianceProcess.launcher(changes).redirectErrorStream(true).start();
            BufferedReader lines = follower.inputReader();
            while (!lines.ready()) {
                assertThat(session.put(handle, value, entry)).isEqualTo(Status.OK);
            }
            assertThat(lines.readLine()).endsWith("\tupdate\toverrun:1\tnew");
            own.terminate();
            assertThat(lines.lines().reduce((before, last) -> last)).contains("the appliance has stopped");
            assertThat(follower.waitFor()).isEqualTo(3);
        }
    }

    /** The entry is gone by now, so its update names the handle. */
    private static String keyOrHandle(Answer answer) {
        String name = answer.text().split("\t")[2];
        assertThat(name).startsWith("0x");
        return name;
    }

    @Test
    void shouldResolveCreateAndAnswerNotFoundUntilAValueIsThere() throws Exception {
        Answer created = client("--json", "resolve", "verb:handle", "--create");
        assertThat(created.code()).isZero();
        assertThat(created.json().get("handle").asLong()).isPositive();
        assertThat(client("get", "verb:handle").code()).isEqualTo(1);
        assertThat(client("insert", "verb:handle", "v").code()).isZero();
        assertThat(client("--json", "resolve", "verb:handle").json().get("handle"))
                .isEqualTo(created.json().get("handle"));
    }

    @Test
    void shouldLoadAFileAndScanItBack(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("load.csv");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1500; i++) {
            text.append("load:").append(i).append(",value ").append(i).append(i % 2 == 0 ? "\n" : "\n\n");
        }
        Files.writeString(file, text);
        Answer load = client("load", file.toString());
        assertThat(load.code()).isZero();
        assertThat(load.text()).isEqualTo("loaded 1500 level=memory\n");
        assertThat(client("scan", "load:").text().lines()).hasSize(1000);
        assertThat(client("scan", "load:", "--limit", "5000").text().lines())
                .hasSize(1500)
                .contains("load:7\tvalue 7");
        JsonNode few = client("--json", "scan", "load:1", "--limit", "3").json();
        assertThat(few).hasSize(3);
        assertThat(few.get(0).get("key").asText()).startsWith("load:1");
        Files.writeString(file, "load:a,1\nno comma here\n");
        Answer malformed = client("load", file.toString());
        assertThat(malformed.code()).isEqualTo(2);
        assertThat(malformed.err()).contains(":2:");
        assertThat(client("load", folder.resolve("missing.csv").toString()).code())
                .isEqualTo(2);
    }

    @Test
    void shouldShowTheStallOfAPinnedShardThatWasStopped(@TempDir Path folder) throws Exception {
        Path dir = folder.resolve("stalled");
        List<String> arguments = ApplianceProcess.small();
        arguments.addAll(List.of("--profile", "latency"));
        try (ApplianceProcess pinned = ApplianceProcess.startIn(dir, arguments.toArray(String[]::new))) {
            long stoppedNs = 30_000_000;
            Signals.stop(pinned.pid());
            Signals.stayFor(stoppedNs);
            Signals.goOn(pinned.pid());
            JsonNode stalls = launcher(
                            List.of("client", "--dir", dir.toString(), "--json", "stalls", "--limit", "65536"))
                    .json();
            long longest = 0;
            for (JsonNode stall : stalls) {
                longest = Math.max(longest, stall.get("durationNs").asLong());
            }
            assertThat(longest).isGreaterThanOrEqualTo(stoppedNs);
            Answer text = launcher(List.of("client", "--dir", dir.toString(), "stalls", "--limit", "1"));
            assertThat(text.text().lines()).hasSize(2);
        } finally {
            ApplianceProcess.remove(dir);
        }
        assertThat(client("--json", "stalls").json())
                .as("profile development notes none")
                .isEmpty();
        assertThat(client("stalls", "--limit", "0").code()).isEqualTo(2);
        assertThat(launcher(List.of("client", "--dir", "/nowhere", "stalls")).code())
                .isEqualTo(3);
    }

    @Test
    void shouldReadTheCountersOnceAndRollingAndOfAStoppedAppliance() throws Exception {
        String dir = appliance.dir().toString();
        JsonNode once = launcher(List.of("stat", "--dir", dir, "--json")).json();
        assertThat(once.get("errors").asLong()).isZero();
        assertThat(once.properties()).hasSize(io.needletail.server.Counter.values().length);
        assertThat(launcher(List.of("stat", "--dir", dir)).text())
                .contains("free-slots")
                .contains("keyed slots free now");
        Answer rolling = launcher(List.of("stat", "--dir", dir, "--rolling", "--interval", "50ms", "--count", "3"));
        assertThat(rolling.text().lines()).hasSize(3);
        Signals.stop(appliance.pid());
        try {
            Answer stopped = launcher(
                    List.of("stat", "--dir", dir, "--rolling", "--interval", "10ms", "--count", "2", "--json"));
            assertThat(stopped.code()).isZero();
            assertThat(stopped.text().lines()).hasSize(2).allMatch(line -> line.contains("\"requestsPerSecond\":0.0"));
        } finally {
            Signals.goOn(appliance.pid());
        }
        assertThat(launcher(List.of("stat", "--dir", "/nowhere")).code()).isEqualTo(3);
        assertThat(launcher(List.of("stat", "--dir", dir, "--interval", "soon")).code())
                .isEqualTo(2);
        assertThat(launcher(List.of("stat", "--help")).text()).contains("Examples:");
    }

    @Test
    void shouldListWhoIsConnected() throws Exception {
        try (BlockingSession session = appliance.connect();
                Session repeating = Session.connect(appliance.dir(), ClientId.random(), ApplianceProcess.TIMEOUT_NS)) {
            JsonNode sessions = client("--json", "session", "list").json();
            List<Integer> streams = new ArrayList<>();
            int repeats = 0;
            for (JsonNode one : sessions) {
                assertThat(one.get("pid").asLong())
                        .isEqualTo(ProcessHandle.current().pid());
                assertThat(one.get("shard").asInt()).isZero();
                assertThat(one.get("lane").asText()).isEqualTo("own");
                repeats += one.get("repeats").asBoolean() ? 1 : 0;
                streams.add(one.get("replyStreamId").asInt());
            }
            assertThat(streams).hasSize(2).doesNotHaveDuplicates();
            assertThat(repeats).isEqualTo(1);
            assertThat(client("session", "list").text().lines()).hasSize(3);
            assertThat(session.ping()).isZero();
            assertThat(repeating.isClosed()).isFalse();
        }
    }

    @Test
    void shouldExplainValidateAndShowTheConfiguration() throws Exception {
        String dir = appliance.dir().toString();
        Answer explain = launcher(List.of("config", "explain"));
        assertThat(explain.code()).isZero();
        assertThat(explain.text()).contains("keyed-slots").contains("slow-reader-timeout");
        assertThat(launcher(List.of("config", "explain", "--schema")).json().get("properties"))
                .hasSizeGreaterThan(15);
        assertThat(launcher(List.of("config", "validate", "--dir", dir)).text()).isEqualTo("valid\n");
        Answer invalid = launcher(List.of("config", "validate", "--dir", dir, "--set", "ring-bytes=5m"));
        assertThat(invalid.code()).isEqualTo(2);
        assertThat(invalid.err()).contains("power of two");
        JsonNode shown = launcher(List.of("config", "show", "--dir", dir, "--set", "lease=2s", "--json"))
                .json();
        assertThat(shown.get("keyed-slots").asText()).isEqualTo("65536");
        assertThat(shown.get("lease").asText()).isEqualTo("2000ms");
        assertThat(launcher(List.of("config", "show", "--dir", dir)).text()).contains("sizing of a shard");
        assertThat(launcher(List.of("config", "limits", "--dir", dir)).text())
                .contains("connect refused: SESSION_LIMIT");
        assertThat(launcher(List.of("config", "limits", "--dir", dir, "--set", "keyed-slots=77", "--json"))
                        .json()
                        .findValuesAsText("value"))
                .contains("77");
    }

    @Test
    void shouldPrintNoErrorsWhereThereAreNone() throws Exception {
        Answer errors = launcher(List.of("errors", "--dir", appliance.dir().toString(), "--json"));
        assertThat(errors.code()).isZero();
        assertThat(errors.json()).isEmpty();
        assertThat(launcher(List.of("errors", "--dir", "/nowhere")).code()).isEqualTo(3);
    }

    /** What the kernel keeps of a mapped log is there whether its writer runs or not. */
    @Test
    void shouldPrintEachErrorOnceOfAStoppedApplianceToo(@TempDir Path folder) throws Exception {
        ErrorLog log = ErrorLog.create(folder.resolve("errors"));
        IllegalStateException twice = new IllegalStateException("twice");
        log.record(twice);
        log.record(twice);
        log.record(new IllegalArgumentException("once"));
        Answer json = launcher(List.of("errors", "--dir", folder.toString(), "--json"));
        assertThat(json.code()).isEqualTo(1);
        assertThat(json.json()).hasSize(2);
        assertThat(json.json().get(0).get("times").asInt()).isEqualTo(2);
        assertThat(json.json().get(0).get("error").asText()).contains("twice");
        assertThat(launcher(List.of("errors", "--dir", folder.toString())).text())
                .contains("2 x, first")
                .contains("once");
        Signals.stop(appliance.pid());
        try {
            assertThat(launcher(List.of("errors", "--dir", appliance.dir().toString()))
                            .code())
                    .isZero();
        } finally {
            Signals.goOn(appliance.pid());
        }
    }

    @Test
    void shouldSayThatTheOutcomeIsUnknownWhenNoAnswerComesInTime() throws Exception {
        Key late = new Key("late");
        Value value = new Value(16);
        Entry entry = new Entry(16);
        try (BlockingSession patient = appliance.connect();
                BlockingSession hasty = new BlockingSession(
                        Session.connect(appliance.dir(), ApplianceProcess.TIMEOUT_NS), 300_000_000L)) {
            value.setUtf8("v");
            Signals.stop(appliance.pid());
            try {
                assertThat(hasty.put(late, value, entry)).isEqualTo(Status.UNKNOWN);
            } finally {
                Signals.goOn(appliance.pid());
            }
            assertThat(hasty.get(late, entry))
                    .as("behind the put in the same lane; the late answer is passed over")
                    .isEqualTo(Status.OK);
            assertThat(patient.get(late, entry)).as("it was applied after all").isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldShowWhatTheApplianceIs() throws Exception {
        JsonNode info = client("--json", "info").json();
        assertThat(info.get("epoch").asLong()).isPositive();
        assertThat(info.get("maxKeyLength").asLong()).isEqualTo(1024);
        assertThat(info.get("region").asText()).isEqualTo(appliance.regionFile().toString());
        assertThat(client("--json", "ping").json().get("roundTripNs").asLong()).isPositive();
        JsonNode stat = client("--json", "stat").json();
        assertThat(stat.get("errors").asLong()).isZero();
        assertThat(stat.get("sessions-accepted").asLong()).isPositive();
        assertThat(client("stat").text()).contains("free-slots");
        for (String verb : new String[] {"get", "put", "scan", "load", "stat", "stalls"}) {
            assertThat(client(verb, "--help").text()).contains("Usage: needletail client " + verb);
        }
    }

    @Test
    void shouldPrintVersionAndHelp() throws Exception {
        assertThat(launcher(List.of("version")).text()).startsWith("needletail 0.1.0");
        assertThat(launcher(List.of("help")).text()).contains("Examples:");
        assertThat(launcher(List.of("start", "--help")).text()).contains("--dry-run");
        assertThat(launcher(List.of("start", "--options")).text()).contains("ring-bytes");
        assertThat(launcher(List.of("nonsense")).code()).isEqualTo(2);
    }
}
