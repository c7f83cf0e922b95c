package io.needletail.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.LauncherRun;
import io.needletail.testing.Proof;
import io.needletail.testing.RealHour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job as a user runs it, byte for byte against an oracle that shares nothing with it. */
class DemoTest {
    private static final String TRICKY = String.join(
            "\r\n",
            "34200.000000001,1,1,100,5850000,1",
            "",
            "34200.1,1,2,50,5860000,-1",
            "34200.2,1,9223372036854775807,10,5855000,1", // the largest id, a key over 16 bytes
            "34200.3,2,9223372036854775807,4,1,-1", // the line's price and side do not count
            "34200.4,4,9223372036854775807,6,1,-1", // down to zero: gone
            "34200.5,3,424242,1,1,1", // unknown
            "34200.6,5,0,100,5850000,1", // hidden execution, ignored
            "34200.7,7,0,0,-1,-1", // halt, ignored
            "34200.8,1,1,70,5849000,-1", // a live id again: replaced, other side
            "34201,1,3,5,5870000,1", // crossed: a bid above the ask
            "34202.25,4,2,60,5860000,1", // more than there is: gone",
            "",
            "34203.123456789123,2,3,1,0,1",
            "34204.0,3,1,999,1,1",
            "34205.0,12,77,1,1,1", // a type nobody knows, ignored
            "34206.0,2,3,4,0,1", // exactly zero: gone, the book is empty
            "34207.0,1,5,2147483647,1,1");

    @TempDir
    private Path folder;

    @Test
    void shouldWriteWhatTheOracleSaysForTheRealHour() throws Exception {
        Path hour = RealHour.find().orElse(null);
        if (hour == null) {
            hour = writeGenerated("REALLY_generated.csv", 91_997);
        }
        DemoOracle oracle = runAndCompare(hour);
        Proof.note("real-hour-events", oracle.events(), oracle.events(), 0);
        compareDump(hour, oracle, "--window", "32", "--cold");
    }

    @Test
    void shouldWriteWhatTheOracleSaysForAFileFullOfTraps() throws Exception {
        Path file = folder.resolve("TRICK.2012_x.csv");
        Files.writeString(file, TRICKY);
        DemoOracle oracle = runAndCompare(file, "--cold");
        assertThat(oracle.unknown()).isEqualTo(1);
        assertThat(oracle.ignored()).isEqualTo(3);
        assertThat(oracle.dump()).isEqualTo("5,1,2147483647,1\n");
        assertThat(oracle.topOfBook())
                .startsWith("5850000,0\n5850000,5860000\n")
                .endsWith("0,0\n1,0\n");
        assertThat(TapeReader.symbolOf("TRICK.2012_x.csv")).isEqualTo("TRICK");
        assertThat(TapeReader.symbolOf("AAPL_2012.csv")).isEqualTo("AAPL");
        compareDump(file, oracle, "--speed", "2", "--cold");
    }

    private DemoOracle runAndCompare(Path file, String... options) throws IOException, InterruptedException {
        Path dump = folder.resolve("dump");
        Path bbo = folder.resolve("bbo");
        Path json = folder.resolve("json");
        List<String> arguments = new ArrayList<>(List.of(
                "demo",
                "--lobster",
                file.toString(),
                "--dump",
                dump.toString(),
                "--bbo",
                bbo.toString(),
                "--json",
                json.toString()));
        arguments.addAll(List.of(options));
        LauncherRun run = LauncherRun.of(arguments.toArray(String[]::new));
        assertThat(run.code()).as(run.output()).isZero();
        DemoOracle oracle = DemoOracle.of(file);
        assertThat(Files.mismatch(write("dump.expected", oracle.dump()), dump)).isEqualTo(-1);
        assertThat(Files.mismatch(write("bbo.expected", oracle.topOfBook()), bbo))
                .isEqualTo(-1);
        checkReport(new ObjectMapper().readTree(json.toFile()), oracle);
        assertThat(run.output()).contains("demo ok").contains("layout:");
        return oracle;
    }

    private void compareDump(Path file, DemoOracle oracle, String... options) throws Exception {
        Path dump = folder.resolve("dump-again");
        List<String> arguments =
                new ArrayList<>(List.of("demo", "--lobster", file.toString(), "--dump", dump.toString()));
        arguments.addAll(List.of(options));
        LauncherRun run = LauncherRun.of(arguments.toArray(String[]::new));
        assertThat(run.code()).as(run.output()).isZero();
        assertThat(Files.readString(dump)).isEqualTo(oracle.dump());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static void checkReport(JsonNode json, DemoOracle oracle) {
        assertThat(json.get("events").asLong()).isEqualTo(oracle.events());
        assertThat(json.get("ignored").asLong()).isEqualTo(oracle.ignored());
        assertThat(json.get("unknown").asLong()).isEqualTo(oracle.unknown());
        assertThat(json.get("seconds").asDouble()).isPositive();
        assertThat(json.get("ratePerSecond").asDouble()).isPositive();
        assertThat(json.get("processes")).hasSize(3);
        assertThat(json.get("processes").findValuesAsText("role")).containsExactly("appliance", "feed", "strategy");
        assertThat(json.get("processes").findValuesAsText("pid")).doesNotHaveDuplicates();
        for (String operation : new String[] {"put", "read"}) {
            JsonNode latency = json.get("latencyNs").get(operation);
            assertThat(latency.get("count").asLong()).isPositive();
            for (String percentile : new String[] {"p50", "p90", "p99", "p99.9", "p99.99", "max"}) {
                assertThat(latency.get(percentile).asLong()).isNotNegative();
            }
        }
        assertThat(json.get("reads").get("count").asLong()).isGreaterThanOrEqualTo(100_000);
        for (String fault : new String[] {"torn", "stale", "backwards"}) {
            assertThat(json.get("reads").get(fault).asLong()).as(fault).isZero();
        }
        assertThat(json.get("reads").has("retries")).isTrue();
        assertThat(json.get("regionMapping").asText()).startsWith("r-");
        assertThat(json.has("cachelineNs")).isTrue();
    }

    private Path writeGenerated(String name, int rows) throws IOException {
        Tape tape = TapeGenerator.generate("X", rows, 3);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < tape.rows(); row++) {
            text.append(tape.timeNs(row) / 1_000_000_000L).append('.');
            text.append(String.format("%09d", tape.timeNs(row) % 1_000_000_000L))
                    .append(',');
            text.append(tape.type(row)).append(',').append(tape.orderId(row)).append(',');
            text.append(tape.size(row)).append(',').append(tape.price(row)).append(',');
            text.append(tape.side(row) == Tape.BUY ? 1 : -1).append('\n');
        }
        return Files.writeString(folder.resolve(name), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "34200.0,1,2,3,4",
                "34200.0,1,2,3,4,1,9",
                "34200.0,one,2,3,4,1",
                "34200.0,1,9223372036854775808,3,4,1",
                "34200.0,1,-2,3,4,1",
                "34200.0,1,2,3.5,4,1",
                "34200.0,1,2,3,4,0",
                "time,1,2,3,4,1",
                "34200.,1,2,3,4,1",
                " ",
                "34200.0,1,2,3,,1"
            })
    void shouldStopAtAMalformedLineWithItsNumber(String line) throws Exception {
        Path file = folder.resolve("BAD_1.csv");
        Files.writeString(file, "34200.0,1,1,100,5850000,1\n\n" + line + "\n");
        LauncherRun run = LauncherRun.of("demo", "--lobster", file.toString());
        assertThat(run.code()).as(run.output()).isEqualTo(2);
        assertThat(run.output()).contains("BAD_1.csv:3:");
    }

    @Test
    void shouldNotTakeALoneCarriageReturnForTheEndOfALine() throws Exception {
        Path file = folder.resolve("CR_1.csv");
        Files.writeString(file, "34200.1,1,1,50,5853400,-1\r34200.2,1,2,5,5853200,1\n");
        LauncherRun run = LauncherRun.of("demo", "--lobster", file.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.output()).contains("CR_1.csv:1:");
    }

    private static Process startSlowDemo() throws IOException {
        return new ProcessBuilder(LauncherRun.HOME.resolve("needletail").toString(), "demo", "--speed", "10")
                .redirectErrorStream(true)
                .start();
    }

    private static List<ProcessHandle> awaitChildren(Process demo) {
        long deadlineNs = System.nanoTime() + 60_000_000_000L;
        List<ProcessHandle> children = List.of();
        while (children.size() < 3) {
            assertThat(System.nanoTime() - deadlineNs)
                    .as("its processes started")
                    .isNegative();
            children = demo.children().filter(DemoTest::isJvm).toList();
            Thread.yield();
        }
        return children;
    }

    /** The launcher's own helpers are children too, for moments. */
    private static boolean isJvm(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/java");
    }

    @Test
    void shouldLeaveNoProcessAndNoMemoryBehindWhenItIsTerminated() throws Exception {
        Process demo = startSlowDemo();
        List<ProcessHandle> children = awaitChildren(demo);
        Path appliance = LauncherRun.HOME.resolve("target/demo/run-" + demo.pid() + "/appliance");
        Path shared = Files.readSymbolicLink(appliance.resolve("region")).getParent();
        demo.destroy();
        assertThat(demo.waitFor(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        for (ProcessHandle child : children) {
            child.onExit().get(30, java.util.concurrent.TimeUnit.SECONDS);
        }
        assertThat(appliance).doesNotExist();
        assertThat(shared).doesNotExist();
    }

    @Test
    void shouldEndItsAppliancesEvenWhenItIsKilled() throws Exception {
        Process demo = startSlowDemo();
        List<ProcessHandle> children = awaitChildren(demo);
        demo.destroyForcibly().waitFor();
        for (ProcessHandle child : children) {
            child.onExit().get(30, java.util.concurrent.TimeUnit.SECONDS);
        }
        assertThat(LauncherRun.of("demo", "--help").code()).isZero();
    }

    @Test
    void shouldEndWithTwoOnWrongUsage() throws Exception {
        assertThat(LauncherRun.of("demo", "--lobster", "/no/such/file").code()).isEqualTo(2);
        assertThat(LauncherRun.of("demo", "--window", "0").code()).isEqualTo(2);
        assertThat(LauncherRun.of("demo", "--speed", "-1").code()).isEqualTo(2);
        assertThat(LauncherRun.of("demo", "--speed", "0").code()).isEqualTo(2);
        assertThat(LauncherRun.of("demo", "--window", "257").code()).isEqualTo(2);
        Path file = Files.writeString(folder.resolve("F_1.csv"), "34200.0,1,1,100,5850000,1\n");
        assertThat(LauncherRun.of("demo", "--lobster", file.toString(), "--dump", file.toString())
                        .code())
                .isEqualTo(2);
        assertThat(LauncherRun.of("demo", "--json", file.resolve("x").toString())
                        .code())
                .isEqualTo(2);
        assertThat(file).hasContent("34200.0,1,1,100,5850000,1\n");
        for (String option : new String[] {"--dump", "--bbo", "--json"}) {
            assertThat(LauncherRun.of("demo", option, "/no/such/folder/file").code())
                    .isEqualTo(2);
        }
        assertThat(LauncherRun.of("demo", "--nonsense").code()).isEqualTo(2);
        assertThat(LauncherRun.of("demo", "--help").output()).contains("Examples:");
    }

    @Test
    void shouldRunWithoutAFileAndSayThatTheFlowIsGenerated() throws Exception {
        LauncherRun run = LauncherRun.of("demo", "--cold");
        assertThat(run.code()).as(run.output()).isZero();
        assertThat(run.output()).contains("generated order flow").contains("events 100,000");
    }
}
