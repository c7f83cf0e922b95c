package io.needletail.bench.regress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegressionTest {
    private static final double[] STORED = {1.0, 1.1, 1.2, 0.9, 1.05};

    @TempDir
    private Path folder;

    private static Baseline of(String key, double... rounds) {
        return new Baseline(Map.of("commit", "abc"), Map.of(key, rounds));
    }

    private static Verdict.Kind verdict(String key, double now) {
        return new Verdict(key, STORED, now).kind();
    }

    @Test
    void shouldTakeTheSpreadOfTheStoredRoundsForNoise() {
        assertThat(verdict("embedded.get/load", 1.2)).isEqualTo(Verdict.Kind.SAME);
        assertThat(verdict("embedded.get/load", 0.9)).isEqualTo(Verdict.Kind.SAME);
        assertThat(verdict("embedded.get/load", 1.2001)).isEqualTo(Verdict.Kind.WORSE);
        assertThat(verdict("embedded.get/load", 0.8999)).isEqualTo(Verdict.Kind.BETTER);
    }

    @Test
    void shouldKnowThatMoreIsBetterOfRatesAndOfPeersDividedByUs() {
        for (String key : new String[] {
            "ipc.batch64.getsPerSecond",
            "redispolling.p50/ipc.get.p50",
            "hazelcast.member.getAll16/embedded.getByKey.batch16",
            "caffeine.getAll16/embedded.getByKey.batch16"
        }) {
            assertThat(verdict(key, 1.3)).isEqualTo(Verdict.Kind.BETTER);
            assertThat(verdict(key, 0.8)).isEqualTo(Verdict.Kind.WORSE);
        }
    }

    @Test
    void shouldBeWorseWhenOneRatioIsAndNotWhenOneIsMissing() {
        assertThat(new Regression(of("a/b", STORED), of("a/b", 2, 2, 2, 2, 2)).isWorse())
                .isTrue();
        assertThat(new Regression(of("a/b", STORED), of("a/b", STORED)).isWorse())
                .isFalse();
        Regression other = new Regression(of("a/b", STORED), of("c/d", STORED));
        assertThat(other.isWorse()).isFalse();
        assertThat(printed(of("a/b", STORED), of("c/d", STORED)))
                .contains("not measured by this run: a/b")
                .contains("0 compared");
    }

    @Test
    void shouldSayThatTheBaselineIsOfAnotherProcessor() {
        Baseline stored = new Baseline(Map.of("cpu", "one"), Map.of("a/b", STORED));
        assertThat(printed(stored, new Baseline(Map.of("cpu", "other"), Map.of("a/b", STORED))))
                .contains("different processors", "--update");
        assertThat(printed(stored, stored)).doesNotContain("different");
    }

    private static String printed(Baseline stored, Baseline run) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        new Regression(stored, run).print(new PrintStream(printed));
        return printed.toString();
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        Path file = folder.resolve("baseline.json");
        of("a/b", STORED).write(file);
        Baseline read = Baseline.read(file);
        assertThat(read.origin()).containsEntry("commit", "abc");
        assertThat(read.rounds().get("a/b")).containsExactly(STORED);
    }

    @Test
    void shouldLeaveOutRatiosWithoutEnoughRounds() throws IOException {
        String report = "{\"ratioDetails\":{\"a/b\":{\"rounds\":[1,2,3,4]},\"c/d\":{\"rounds\":[1,2,3,4,5]}}}";
        assertThat(Baseline.ofReport(new ObjectMapper().readTree(report)).rounds())
                .containsOnlyKeys("c/d");
    }

    @Test
    void shouldSayHowToMakeABaselineWhereThereIsNone() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.json"), "{}");
        assertThatThrownBy(() -> Baseline.read(folder.resolve("missing.json"))).hasMessageContaining("--update");
        assertThatThrownBy(() -> Baseline.read(empty)).hasMessageContaining("--update");
        assertThatThrownBy(() -> Baseline.ofReport(new ObjectMapper().readTree("[]")))
                .hasMessageContaining("not a report");
    }
}
