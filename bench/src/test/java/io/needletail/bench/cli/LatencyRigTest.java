package io.needletail.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.needletail.bench.latency.HistogramLog;
import io.needletail.bench.process.LauncherRun;
import io.needletail.memory.CpuSet;
import io.needletail.memory.ThreadUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The latency rig as a whole, in real processes, with faults planted: an instrument is trusted for what it was seen to see. */
class LatencyRigTest {
    private static final String SCHEMA = "/io/needletail/bench/latency-result.schema.json";
    private static final long US = 1_000;
    private static final long MS = 1_000_000;
    /** A pause at the end of a run keeps it from its rate: it is FAILED then, and measured all the same. */
    private static final int ANY = -1;

    @TempDir
    private Path folder;

    private LauncherRun last;

    private JsonNode run(String name, int expectedCode, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("bench", "latency", "--warm-up", "1.5"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--out", folder.resolve(name).toString()));
        last = LauncherRun.of(all.toArray(String[]::new));
        if (expectedCode != ANY) {
            assertThat(last.code()).as(last.output()).isEqualTo(expectedCode);
        }
        JsonNode result = new ObjectMapper()
                .readTree(folder.resolve(name).resolve("result.json").toFile());
        JsonSchemas.assertValid(SCHEMA, result);
        return result;
    }

    /** Samples that waited as long as a planted stall and whose cause is a switch of the client's thread. */
    private long switchedFrom30To150Us() throws IOException {
        return Files.readAllLines(folder.resolve("stall").resolve("slow.csv")).stream()
                .filter(line -> line.contains("SWITCH_CLIENT"))
                .mapToLong(line -> Long.parseLong(line.split(",")[5]))
                .filter(ns -> ns > 30 * US && ns <= 150 * US)
                .count();
    }

    private static long percentile(JsonNode result, String operation, String percentile) {
        return result.at("/runs/0/latencyNs").path(operation).path(percentile).asLong();
    }

    @Test
    void shouldShowAPlantedStallAtItsPercentileWithItsCause() throws Exception {
        assumeTrue(ThreadUsage.isAvailable() && CpuSet.allowed().size() > 1, "needs gcc and two cores");
        JsonNode result = run(
                "stall",
                0,
                "--tier",
                "embedded",
                "--rate",
                "100000",
                "--seconds",
                "3",
                "--threshold",
                "30us",
                "--plant-stall",
                "100us/10ms");
        // A hundredth of the time is lost, evenly from 0 to 100 us: half a percent waits over 50 us, a thousandth over
        // 90.
        assertThat(percentile(result, "read", "p90")).isLessThan(30 * US);
        assertThat(percentile(result, "read", "p99.9")).isGreaterThan(60 * US);
        // 300 stalls, of which each makes seven samples wait 30 to 100 us; other things may take the core too
        assertThat(switchedFrom30To150Us()).isGreaterThan(300 * 7 / 4);
        assertThat(result.at("/runs/0/causes").path("SWITCH_CLIENT").asLong())
                .isGreaterThanOrEqualTo(switchedFrom30To150Us());
        assertThat(last.output()).contains("why is the tail").contains("involuntary switch of the client's thread");
    }

    @Test
    void shouldMarkARunFailedWhoseClientIsTooSlowForItsRate() throws Exception {
        JsonNode result =
                run("slow", 1, "--tier", "embedded", "--rate", "100000", "--seconds", "1", "--plant-slow", "50us");
        assertThat(result.at("/runs/0/failed").asBoolean()).isTrue();
        assertThat(result.at("/runs/0/reachedRate").asDouble()).isLessThan(21_000);
        assertThat(last.output()).contains("FAILED");
    }

    @Test
    void shouldSeeAPausedApplianceInTheOpenLoopAndNotInTheClosedOne() throws Exception {
        String[] paused = {"--tier", "ipc", "--rate", "2000", "--seconds", "3", "--plant-pause", "100ms/700ms"};
        JsonNode open = run("open", ANY, paused);
        List<String> closedLoop = new ArrayList<>(List.of(paused));
        closedLoop.add("--closed-loop");
        JsonNode closed = run("closed", ANY, closedLoop.toArray(String[]::new));
        assertThat(percentile(open, "read", "p99")).isGreaterThan(50 * MS);
        assertThat(percentile(closed, "read", "p99")).isLessThan(50 * MS);
        assertThat(percentile(closed, "read", "max"))
                .as("it was paused all the same")
                .isGreaterThan(50 * MS);
        assertThat(closed.get("openLoop").asBoolean()).isFalse();
    }

    @Test
    void shouldReachEveryRateItIsAskedFor() throws Exception {
        JsonNode result =
                run("rates", 0, "--tier", "ipc", "--rate", "1000,10000,50000", "--seconds", "2", "--reads", "0.5");
        assertThat(result.get("runs")).hasSize(3);
        for (JsonNode one : result.get("runs")) {
            double asked = one.get("askedRate").asDouble();
            assertThat(one.get("reachedRate").asDouble()).isBetween(0.99 * asked, 1.001 * asked);
            assertThat(one.get("count").asLong()).isEqualTo(Math.round(2 * asked));
            assertThat(one.get("latencyNs").has("read")).isTrue();
            assertThat(one.get("latencyNs").has("write")).isTrue();
        }
    }

    @Test
    void shouldLeaveEverythingBehindThatAReaderNeeds() throws Exception {
        JsonNode reader = run(
                "reader",
                ANY, // the owner may miss its rate where other things run
                "--tier",
                "reader",
                "--rate",
                "20000",
                "--seconds",
                "1",
                "--burst",
                "10",
                "--distribution",
                "zipf",
                "--writer-rate",
                "100000");
        Path run = folder.resolve("reader");
        assertThat(HistogramLog.read(run.resolve("latency.hlog")).keySet())
                .contains("reader.read.r20000", "reader.read.r20000.service")
                .anyMatch(tag -> tag.matches("hiccup\\.core.*\\.client"))
                .anyMatch(tag -> tag.matches("hiccup\\.core.*\\.server"));
        assertThat(reader.get("writerReachedRate").asDouble()).isBetween(50_000.0, 101_000.0);
        assertThat(Files.readString(run.resolve("reader.read.r20000.hgrm"))).contains("Percentile");
        assertThat(Files.readString(run.resolve("slow.csv"))).startsWith("rate,sequence,");
        JsonNode environment =
                new ObjectMapper().readTree(run.resolve("environment.json").toFile());
        assertThat(environment.at("/machine/kernel").asText()).isNotBlank();
        assertThat(environment.get("flags").toString()).contains("safepoint");
        assertThat(environment.get("audit")).hasSize(16);
    }

    @Test
    void shouldCompareARunWithItselfAndRefuseOneOfAnotherMachine() throws Exception {
        run("a", 0, "--tier", "embedded", "--rate", "20000", "--seconds", "1");
        Path a = folder.resolve("a");
        Path b = Files.createDirectory(folder.resolve("b"));
        Files.copy(a.resolve("latency.hlog"), b.resolve("latency.hlog"));
        Files.copy(a.resolve("environment.json"), b.resolve("environment.json"));
        Files.copy(a.resolve("result.json"), b.resolve("result.json"));
        LauncherRun same = LauncherRun.of("bench", "compare", a.toString(), b.toString());
        assertThat(same.code()).as(same.output()).isZero();
        assertThat(same.output()).contains("embedded.read.r20000 p99.9").contains("no difference shown");
        assertThat(same.output()).doesNotContain("better").doesNotContain("worse");

        ObjectNode environment = (ObjectNode)
                new ObjectMapper().readTree(b.resolve("environment.json").toFile());
        ((ObjectNode) environment.get("machine")).put("cpu", "another");
        new ObjectMapper().writeValue(b.resolve("environment.json").toFile(), environment);
        LauncherRun refused = LauncherRun.of("bench", "compare", a.toString(), b.toString());
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.output()).contains("differ in cpu").contains("--unlike-machines");
        assertThat(LauncherRun.of("bench", "compare", "--unlike-machines", a.toString(), b.toString())
                        .code())
                .isZero();
    }
}
