package io.needletail.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.limits.LimitsRun;
import io.needletail.bench.path.SessionSteps;
import io.needletail.bench.process.LauncherRun;
import io.needletail.memory.CoreRally;
import io.needletail.memory.CpuSet;
import io.needletail.rdma.LibFabric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every benchmark once, through the launcher, in smoke mode: that it works and writes what it must, not how fast it is. */
class BenchVerbsTest {
    private static final String REPORT = "/io/needletail/bench/bench-report.schema.json";
    private static final String CHECK = "/io/needletail/tuning/check.schema.json";
    private static final String JITTER = "/io/needletail/tuning/jitter.schema.json";

    /** Keys that a reader may rely on; batches and other tiers come with their subjects. */
    private static final List<String> IN_PROCESS = List.of(
            "embedded.get/load",
            "embedded.get/chroniclemap",
            "embedded.put/chroniclemap",
            "embedded.getByKey/chroniclemap",
            "embedded.getByKey/agrona",
            "embedded.getByKey/concurrenthashmap",
            "embedded.getByKey.batch16/single",
            "embedded.getByKey.batch16/load",
            "reader.get/embedded.get",
            "embedded.getsPerSecond");

    private static final List<String> DURABILITY = List.of(
            "put.journaled.p50-put.memory.p50",
            "put.journaled.p99.99/max(1.5*put.memory.p99.99,cacheline.p99.99)",
            "put.p99.snapshotting/put.p99.idle",
            "ack.journaled.p50/(2*cacheline.p50+append.p50)",
            "put.persistent.p50-put.memory.p50",
            "rate.memory.perSecond",
            "rate.journaled.perSecond",
            "rate.synced.perSecond",
            "rate.persistent.perSecond",
            "synced.p50/fdatasync.p50",
            "synced.group64.rate/synced.single.rate",
            "restart.10M.seconds");

    private static final List<String> MIRROR = List.of(
            "remote.get.p50/read.p50",
            "remote.get.batch16.p50/remote.get.p50",
            "put.mirrored1.p50/write.p50",
            "put.memory.withMirror.p50-put.memory.p50",
            "alloc.bytesPerOp.max");

    /** Of the table, those that a session can get beyond by what it sends. */
    private static final int LIMITS = 20;

    @TempDir
    private Path folder;

    private JsonNode report(String file) throws IOException {
        JsonNode report = new ObjectMapper().readTree(folder.resolve(file).toFile());
        JsonSchemas.assertValid(REPORT, report);
        return report;
    }

    @Test
    void shouldDoWhatEveryCommandOfTheReadmesSays() throws Exception {
        Files.createSymbolicLink(folder.resolve("needletail"), LauncherRun.HOME.resolve("needletail"));
        List<String> commands = new ArrayList<>(DocumentedCommands.of("bench/README.md"));
        commands.addAll(DocumentedCommands.of("tuning/README.md"));
        assertThat(commands).hasSizeGreaterThan(12);
        for (String command : commands) {
            LauncherRun run = DocumentedCommands.run(folder, command);
            // a smoke run may miss its rate, and a host may fail its audit: both are answers
            boolean mayEndWithOne = command.contains("bench latency")
                    || command.contains("check")
                    || command.contains("bench mirror") && !LibFabric.isAvailable();
            assertThat(run.code()).as(command + "\n" + run.output()).isBetween(0, mayEndWithOne ? 1 : 0);
            assertThat(run.output()).as(command).doesNotContain("Exception").doesNotContain("error:");
        }
        assertThatEveryKeyIsThere(report("tiers.json"));
        assertThat(report("floors.json").get("ratios").has("load/order")).isTrue();
        assertThat(report("limits.json")
                        .get("ratios")
                        .propertyStream()
                        .map(Map.Entry::getKey)
                        .toList())
                .hasSizeGreaterThanOrEqualTo(LIMITS)
                .containsAll(LimitsRun.ratios());
        assertThatPeersAreThere(report("report/peers.json"));
        assertThat(report("durability.json")
                        .get("ratios")
                        .propertyStream()
                        .map(Map.Entry::getKey)
                        .toList())
                .containsAll(DURABILITY);
        if (LibFabric.isAvailable()) {
            assertThat(report("mirror.json")
                            .get("ratios")
                            .propertyStream()
                            .map(Map.Entry::getKey)
                            .toList())
                    .containsExactlyElementsOf(MIRROR);
        }
        assertThat(report("put.json").get("ratios").has("put.record/checksum")).isTrue();
        assertThat(report("sharing.json").get("ratios").has("put.neighbourRead/put.nextLineRead"))
                .isTrue();
        assertThatStepsAreThere(report("path.json"));
        JsonNode hash = report("hash.json").get("ratios");
        assertThat(hash.get("directory.one-crc.refused").asDouble()).isZero();
        assertThat(hash.get("directory.one-crc.slotsALookup").asDouble()).isLessThan(1.01);
        assertThat(hash.get("directory.one-crc.slotsALookupByCrc").asDouble()).isGreaterThan(2);
        assertThat(hash.get("hash.avalanche.sequential.mean").asDouble()).isBetween(0.49, 0.51);
        report("report/batch.json");
        report("report/scale.json");
        assertThat(folder.resolve("report/index.html"))
                .content()
                .contains(
                        "nothing was measured now",
                        "id=\"peers\"",
                        "id=\"timeline\"",
                        "id=\"batches\"",
                        "id=\"scaling\"")
                .doesNotContain("Not measured");
        assertThat(report("asked.json").get("results").findValuesAsText("name"))
                .contains("load.asked256", "store.asked256", "order.asked256", "echo");
    }

    private static void assertThatStepsAreThere(JsonNode report) {
        List<String> stages = SessionSteps.ALL.keySet().stream()
                .map(stage -> "session." + stage)
                .toList();
        assertThat(report.get("results").findValuesAsText("name")).containsAll(stages);
        List<String> steps =
                new ArrayList<>(stages.stream().map(stage -> stage + ".added").toList());
        steps.addAll(List.of("ipc.ping.p50-echo.p50", "ipc.get.p50-ipc.ping.p50", "ipc.getByKey.p50-ipc.get.p50"));
        assertThat(report.get("ratios").propertyStream().map(Map.Entry::getKey).toList())
                .containsAll(steps);
    }

    private static void assertThatPeersAreThere(JsonNode report) {
        List<String> expected = new ArrayList<>(List.of(
                "reader.get.p50/sharedchroniclemap.p50",
                "ipc.batch16.p50/ipc.get.p50",
                "ipc.batch64.getsPerSecond",
                "udp.get.p50/udpecho.p50",
                "hazelcast.p50/ipc.get.p50",
                "memory.bytesPerEntry16x16.hazelcast"));
        if (report.get("notes").toString().contains("redis: redis-server")) { // else the report says how to install it
            expected.addAll(List.of("redisbenchmark.p50/ipc.get.p50", "redispolling.p50/ipc.get.p50"));
        } else {
            assertThat(report.get("notes").toString()).contains("redis");
        }
        assertThat(report.get("ratios").propertyStream().map(Map.Entry::getKey).toList())
                .containsAll(expected);
    }

    private static void assertThatEveryKeyIsThere(JsonNode report) {
        List<String> expected = new ArrayList<>();
        expected.addAll(IN_PROCESS);
        expected.addAll(List.of("ipc.get.p50/echo.p50", "ipc.get.p99/ipc.get.p50", "alloc.bytesPerOp.max"));
        expected.add("memory.bytesPerEntry16x16");
        if (CoreRally.isAvailable() && CpuSet.allowed().size() > 1) {
            expected.add("ipc.get.p50/cacheline.p50");
        }
        JsonNode ratios = report.get("ratios");
        assertThat(ratios.propertyStream().map(property -> property.getKey()).toList())
                .containsAll(expected);
        expected.stream()
                .filter(key -> key.contains("/"))
                .forEach(key -> assertThat(report.at("/ratioDetails/" + key.replace("/", "~1") + "/rounds"))
                        .as(key)
                        .hasSizeGreaterThanOrEqualTo(5));
        assertThat(ratios.get("memory.bytesPerEntry16x16").asDouble()).isBetween(64.0, 200.0);
    }

    @Test
    void shouldRefuseWrongOptionsWithTheReasonAndTwo() throws Exception {
        List<String[]> wrong = List.of(new String[][] {
            {"bench", "tiers", "--working-set", "1000"},
            {"bench", "tiers", "--consumer", "greedy"},
            {"bench", "tiers", "--only", "embedded.fly"},
            {"bench", "floors", "--asked", "3"},
            {"bench", "peers", "--working-set", "1000"},
            {"bench", "batch", "--working-set", "1000"},
            {"bench", "scale", "--cores", "9999"},
            {"bench", "scale", "--entries", "1000"},
            {"bench", "report", "--from", "/nowhere"},
            {"bench", "latency", "--tier", "reader", "--reads", "0.5"},
            {"bench", "latency", "--rate", "0"},
            {"bench", "latency", "--tier", "udp"},
            {"bench", "latency", "--threshold", "soon"},
            {"bench", "compare", "only-one"},
            {"bench", "nonsense"},
            {"jitter", "--cpus", "9999"},
            {"jitter", "--cpus", "first"},
            {"jitter", "--cpus", "1-"},
            {"jitter", "--cpus", "0-2000000000"},
            {"bench", "floors", "--json", "/nowhere/floors.json"},
            {"bench", "latency", "--json", "/nowhere/latency.json"},
            {"check", "--root", "/nowhere"}
        });
        List<LauncherRun> runs = LauncherRun.all(wrong);
        for (int i = 0; i < wrong.size(); i++) {
            assertThat(runs.get(i).code())
                    .as(String.join(" ", wrong.get(i)) + "\n" + runs.get(i).output())
                    .isEqualTo(2);
            assertThat(runs.get(i).output()).isNotBlank();
        }
    }

    @Test
    void shouldHaveHelpWithExamplesForEveryVerb() throws Exception {
        List<String> verbs = List.of(
                "bench floors",
                "bench tiers",
                "bench latency",
                "bench compare",
                "bench peers",
                "bench report",
                "check",
                "jitter");
        List<LauncherRun> runs = LauncherRun.all(
                verbs.stream().map(verb -> (verb + " --help").split(" ")).toList());
        for (int i = 0; i < verbs.size(); i++) {
            assertThat(runs.get(i).code()).as(verbs.get(i)).isZero();
            assertThat(runs.get(i).output()).contains("Examples:").contains("needletail " + verbs.get(i));
        }
    }

    @Test
    void shouldAuditThisHostAsJsonAndForPeople() throws Exception {
        LauncherRun run = LauncherRun.of("check", "--json");
        JsonNode audit = new ObjectMapper().readTree(run.output());
        JsonSchemas.assertValid(CHECK, audit);
        assertThat(run.code()).isEqualTo(audit.get("fail").asInt() > 0 ? 1 : 0);
        LauncherRun text = LauncherRun.of("check");
        assertThat(text.output()).contains(" ok, ").contains("jvm ").contains("Java 25, flags as measured");
    }

    @Test
    void shouldReportTheJitterOfEveryCore() throws Exception {
        LauncherRun run = LauncherRun.of("jitter", "--seconds", "0.2", "--json");
        assertThat(run.code()).as(run.output()).isZero();
        JsonNode jitter = new ObjectMapper().readTree(run.output());
        JsonSchemas.assertValid(JITTER, jitter);
        assertThat(jitter.get("cores")).hasSize(CpuSet.allowed().size());
        String core = CpuSet.allowed().get(0).toString();
        assertThat(LauncherRun.of("jitter", "--seconds", "0.1", "--cpus", core).output())
                .contains("int_n_per_sec:")
                .contains("gaps up to (ns)");
    }
}
