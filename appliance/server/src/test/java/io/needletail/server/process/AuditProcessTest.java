package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.client.BlockingSession;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit trail beside a real appliance, and what its verbs print of it. */
@Tag("beside-others")
class AuditProcessTest {
    private static final int CHANGES_A_ROUND = 20_000;

    private final SplittableRandom random = new SplittableRandom(Seed.of(1811));
    private final Key key = new Key();
    private final Value value = new Value(300);
    private final Entry entry = new Entry(7040);
    /** Version and value of every change that was acknowledged. */
    private final Map<Long, String> acknowledged = new HashMap<>();

    private record Answer(int code, String text) {
        List<JsonNode> lines() throws IOException {
            List<JsonNode> values = new ArrayList<>();
            for (String line : text.lines().toList()) {
                values.add(new ObjectMapper().readTree(line));
            }
            return values;
        }
    }

    private static Answer audit(String verb, Path dir, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("audit", verb, "--dir", dir.toString()));
        all.addAll(List.of(arguments));
        Process process =
                ApplianceProcess.launcher(all).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), text);
    }

    /** The recorder is a child of the appliance's process; its launcher has become it. */
    private static ProcessHandle recorder(ApplianceProcess appliance) {
        while (true) {
            List<ProcessHandle> children = ProcessHandle.of(appliance.pid()).stream()
                    .flatMap(ProcessHandle::children)
                    .filter(child -> child.info().commandLine().orElse("").contains("AuditMain record"))
                    .toList();
            if (!children.isEmpty()) {
                return children.getFirst();
            }
            Thread.onSpinWait();
        }
    }

    private void change(ApplianceProcess appliance, int changes) {
        Map<Long, String> underWay = new HashMap<>();
        try (Session session = Session.connect(appliance.dir(), ApplianceProcess.TIMEOUT_NS)) {
            ResultHandler handler = (id, status, one) -> {
                String text = underWay.remove(id);
                if (status != Status.BACK_PRESSURED) {
                    assertThat(status).as(Status.name(status)).isEqualTo(Status.OK);
                    acknowledged.put(one.version(), text);
                }
            };
            int sent = 0;
            while (sent < changes || session.inFlight() > 0) {
                key.setUtf8("order:" + random.nextInt(500));
                value.setUtf8(random.nextLong() + "x".repeat(random.nextInt(100)));
                long id = sent < changes ? session.put(key, value) : 0;
                if (id > 0) {
                    underWay.put(id, key + "=" + value);
                    sent++;
                }
                session.poll(handler, 16);
            }
        }
    }

    /**
     * Versions that no journal has are issued again behind a region that is lost. Nothing is changed for it: the ring may be full.
     */
    private void awaitJournal(ApplianceProcess appliance) {
        long newest = acknowledged.keySet().stream().max(Long::compare).orElseThrow();
        String text = acknowledged.get(newest);
        key.setUtf8(text.substring(0, text.indexOf('=')));
        try (BlockingSession session = appliance.connect()) {
            assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            assertThat(entry.version()).isGreaterThanOrEqualTo(newest);
            long handle = entry.handle();
            Await.until("it is forced", 20_000, () -> session.get(handle, Level.SYNCED, entry) == Status.OK);
        }
    }

    /** The recorder has the ring of a region that is lost, and takes what is left there. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHaveEveryAcknowledgedChangeOnceWhicheverProcessIsKilled(boolean losesRegion) throws Exception {
        try (ApplianceProcess first = ApplianceProcess.start("audit=gating")) {
            change(first, CHANGES_A_ROUND);
            if (!losesRegion) { // one that is only starting has no ring when that is gone
                ProcessHandle recorder = recorder(first);
                recorder.destroyForcibly();
                recorder.onExit().join();
            }
            change(first, CHANGES_A_ROUND);
            awaitJournal(first);
            first.kill9();
            if (losesRegion) {
                PrivateFiles.deleteTree(Files.readSymbolicLink(first.dir().resolve("region")));
            }
            try (ApplianceProcess second = ApplianceProcess.startIn(first.dir())) {
                change(second, CHANGES_A_ROUND);
                assertThat(second.terminate()).isZero();
            }
            long last = 0;
            int found = 0;
            for (JsonNode one : audit("dump", first.dir(), "--json").lines()) {
                assertThat(one.get("kind").asText()).as("gap").isNotEqualTo("gap");
                if (one.get("kind").asText().equals("change")) {
                    long version = one.get("version").asLong();
                    assertThat(version).isGreaterThan(last);
                    last = version;
                    String text = acknowledged.get(version);
                    if (text != null) {
                        assertThat(text).endsWith("=" + one.get("value").asText());
                        found++;
                    }
                }
            }
            assertThat(found).isEqualTo(acknowledged.size());
            Proof.note("audit-trail-whoever-is-killed" + (losesRegion ? "-region-lost" : ""), 40_000, found, 1811);
        }
    }

    /** The new region's ring begins with the journal's last segment: what is before, and was not recorded, is not in the trail. */
    @Test
    void shouldSayWhereItLacksWhatALostRegionTookWithIt() throws Exception {
        try (ApplianceProcess first = ApplianceProcess.start("audit=gating")) {
            change(first, 1_000);
            ProcessHandle recorder = recorder(first);
            Signals.stop(recorder.pid());
            change(first, CHANGES_A_ROUND);
            awaitJournal(first);
            recorder.destroyForcibly();
            first.kill9();
            PrivateFiles.deleteTree(Files.readSymbolicLink(first.dir().resolve("region")));
            try (ApplianceProcess second = ApplianceProcess.startIn(first.dir())) {
                change(second, 1_000);
                assertThat(second.terminate()).isZero();
            }
            Set<Long> missing = new TreeSet<>(acknowledged.keySet());
            List<Long> gap = new ArrayList<>();
            long last = 0;
            boolean isBehindAGap = false;
            for (JsonNode one : audit("dump", first.dir(), "--json").lines()) {
                long version = one.get("version").asLong();
                if (one.get("kind").asText().equals("gap")) {
                    assertThat(version).isEqualTo(last);
                    isBehindAGap = true;
                } else if (one.get("kind").asText().equals("change")) {
                    gap.addAll(isBehindAGap ? List.of(last, version) : List.of());
                    isBehindAGap = false;
                    assertThat(version).isGreaterThan(last);
                    last = version;
                    missing.remove(version);
                }
            }
            assertThat(gap).as("one, from and to").hasSize(2);
            assertThat(missing).isNotEmpty().allMatch(version -> version > gap.get(0) && version < gap.get(1));
        }
    }

    /** What is under DIR/audit is nonsense, and the appliance has never heard of Chronicle Queue. */
    @Test
    void shouldMakeALostRegionWithoutTheTrail() throws Exception {
        try (ApplianceProcess first = ApplianceProcess.start("audit=lossy")) {
            change(first, 2_000);
            first.terminate();
            Path audit = first.dir().resolve("audit");
            try (Stream<Path> files = Files.walk(audit)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.write(file, new byte[] {1, 2, 3});
                }
            }
            PrivateFiles.deleteTree(Files.readSymbolicLink(first.dir().resolve("region")));
            try (ApplianceProcess second = ApplianceProcess.startIn(first.dir(), "--set", "audit=off")) {
                assertThat(mapsAndFiles(second.pid()))
                        .noneMatch(name -> name.contains("chronicle-queue"))
                        .noneMatch(name -> name.startsWith(audit.toString()))
                        .anyMatch(name ->
                                name.startsWith(first.dir().resolve("journal").toString()));
                try (BlockingSession session = second.connect()) {
                    for (String text : newest()) {
                        key.setUtf8(text.substring(0, text.indexOf('=')));
                        assertThat(session.get(key, entry)).isEqualTo(Status.OK);
                        assertThat(text).endsWith("=" + entry.value().toUtf8());
                    }
                }
            }
        }
    }

    /** The last change of each key. */
    private Set<String> newest() {
        Map<String, Long> versions = new HashMap<>();
        acknowledged.forEach(
                (version, text) -> versions.merge(text.substring(0, text.indexOf('=')), version, Math::max));
        Set<String> newest = new HashSet<>();
        versions.values().forEach(version -> newest.add(acknowledged.get(version)));
        return newest;
    }

    private static List<String> mapsAndFiles(long pid) throws IOException {
        List<String> names = new ArrayList<>();
        Path proc = Path.of("/proc", Long.toString(pid));
        for (String line : Files.readAllLines(proc.resolve("maps"))) {
            names.add(line.substring(Math.max(0, line.indexOf('/'))));
        }
        try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
            for (Path file : files.toList()) {
                names.add(linkOf(file));
            }
        }
        return names;
    }

    private static String linkOf(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    /** No statistics are sent and no disk is watched: there is no socket, and no thread for either. */
    @Test
    void shouldHaveARecorderThatTalksToNobody() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start("audit=gating")) {
            change(appliance, 5_000);
            ProcessHandle recorder = recorder(appliance);
            assertThat(mapsAndFiles(recorder.pid()))
                    .noneMatch(name -> name.startsWith("socket:"))
                    .noneMatch(name -> name.contains("analytics"))
                    .anyMatch(name -> name.endsWith(".cq4"));
            List<String> threads = new ArrayList<>();
            try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(recorder.pid()), "task"))) {
                for (Path task : tasks.toList()) {
                    threads.add(Files.readString(task.resolve("comm")).strip().toLowerCase(Locale.ROOT));
                }
            }
            assertThat(threads).noneMatch(name -> name.contains("disk") || name.contains("analytics"));
            assertThat(appliance.terminate()).isZero();
            assertThat(recorder.isAlive()).as("it ends with the appliance").isFalse();
        }
    }

    @Test
    void shouldPrintTheTrailByItsVerbs() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start("liveness-timeout=30s")) { // commands run meanwhile
            assertThat(audit("dump", appliance.dir())).satisfies(none -> {
                assertThat(none.code()).isEqualTo(4);
                assertThat(none.text()).contains("NO_TRAIL", "--set audit=lossy");
            });
            Process recorder = ApplianceProcess.launcher(
                            List.of("audit", "record", "--dir", appliance.dir().toString()))
                    .start();
            try (BlockingSession session = appliance.connect()) {
                assertThat(recorder.inputReader().readLine()).isEqualTo("recording shards=1 recorded=0 gaps=0");
                assertThat(audit("record", appliance.dir()).text()).contains("another recorder is at work there");
                key.setUtf8("AAPL:limit");
                for (String text : new String[] {"1", "2", "a value that takes a block"}) {
                    value.setUtf8(text);
                    assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
                }
                assertThat(session.delete(key, entry)).isEqualTo(Status.OK);
                key.setUtf8("MSFT:limit");
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
                Answer followed = audit("tail", appliance.dir(), "--lines", "0", "--follow", "--limit", "0");
                assertThat(followed.code()).isZero();
                recorder.destroy();
                assertThat(recorder.waitFor()).isZero();
            } finally {
                recorder.destroyForcibly().waitFor();
            }
            Answer tail = audit("tail", appliance.dir(), "--lines", "2");
            assertThat(tail.text().lines().map(line -> line.replaceAll("^[^\t]*\t", "")))
                    .containsExactly(
                            "0\t4\tdelete\tAAPL:limit", "0\t5\tinsert\tMSFT:limit\ta value that takes a block");
            Answer history = audit("history", appliance.dir(), "AAPL:limit");
            assertThat(history.code()).isZero();
            assertThat(history.text().lines().map(line -> line.replaceAll("^[^\t]*\t", "")))
                    .containsExactly(
                            "0\t1\tinsert\tAAPL:limit\t1",
                            "0\t2\tupdate\tAAPL:limit\t2",
                            "0\t3\tupdate\tAAPL:limit\ta value that takes a block",
                            "0\t4\tdelete\tAAPL:limit");
            assertThat(audit("history", appliance.dir(), "nobody").code()).isEqualTo(1);
            List<JsonNode> dump =
                    audit("dump", appliance.dir(), "--json", "--limit", "2").lines();
            assertThat(dump.get(0).get("kind").asText()).isEqualTo("begin");
            assertThat(dump.get(1).get("key").asText()).isEqualTo("AAPL:limit");
            assertThat(dump).hasSize(2);
            assertThat(audit("dump", appliance.dir(), "--until", "2020-01-01T00:00:00Z")
                            .text())
                    .isEmpty();
            assertThat(audit("dump", appliance.dir(), "--since", "yesterday").code())
                    .isEqualTo(2);
        }
    }
}
