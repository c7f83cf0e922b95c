package io.needletail.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparerTest {
    @TempDir
    private Path folder;

    private String plan = "quick";

    private Path report(String name, String cpu, double... rounds) throws IOException {
        Path file = folder.resolve(name);
        new ObjectMapper()
                .writeValue(
                        file.toFile(),
                        Map.of(
                                "environment", Map.of("machine", Map.of("cpu", cpu)),
                                "parameters", Map.of("plan", plan),
                                "results", List.of(Map.of("name", "embedded.get", "rounds", rounds)),
                                "ratioDetails", Map.of("embedded.getsPerSecond", Map.of("rounds", rounds))));
        return file;
    }

    private static List<Map<String, Object>> compare(Path a, Path b) throws IOException {
        return new Comparer(a, b).compare().json();
    }

    @Test
    void shouldTellBetterFromWorseByTheDirectionOfTheFigure() throws IOException {
        List<Map<String, Object>> lines =
                compare(report("a", "x", 10.0, 10.1, 9.9, 10.0, 10.05), report("b", "x", 5.0, 5.1, 4.9, 5.0, 5.05));
        assertThat(lines).extracting(line -> line.get("verdict")).containsExactly("better", "worse");
        assertThat((double) lines.get(0).get("ratio")).isEqualTo(0.5);
        assertThat((double) lines.get(0).get("low")).isBetween(0.48, 0.5);
        assertThat((double) lines.get(0).get("high")).isBetween(0.5, 0.52);
    }

    @Test
    void shouldShowNoDifferenceWhereTheRoundsOverlap() throws IOException {
        List<Map<String, Object>> lines =
                compare(report("a", "x", 10.0, 12.0, 9.0, 11.0, 10.5), report("b", "x", 10.4, 11.6, 9.3, 10.8, 10.1));
        assertThat(lines).extracting(line -> line.get("verdict")).containsOnly("no difference shown");
    }

    @Test
    void shouldSayTheSameThingTwice() throws IOException {
        Path a = report("a", "x", 10.0, 12.0, 9.0, 11.0, 10.5);
        Path b = report("b", "x", 11.0, 13.0, 9.5, 11.5, 12.5);
        assertThat(compare(a, b)).isEqualTo(compare(a, b));
    }

    @Test
    void shouldNameHowTheMachinesDiffer() throws IOException {
        assertThat(new Comparer(report("a", "x", 1, 1), report("b", "y", 1, 1))
                        .compare()
                        .machineDifferences())
                .containsExactly("cpu: x / y");
    }

    @Test
    void shouldNameHowTheRunsDiffer() throws IOException {
        Path quick = report("a", "x", 1, 1);
        plan = "smoke";
        Path smoke = report("b", "x", 1, 1);
        assertThat(new Comparer(quick, smoke).compare().runDifferences()).containsExactly("plan: quick / smoke");
        assertThat(new Comparer(quick, quick).compare().runDifferences()).isEmpty();
    }

    @Test
    void shouldNameTheFileThatIsNotJson() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken"), "{\"environment\": ");
        assertThatThrownBy(() -> new Comparer(broken, broken).compare()).hasMessageContaining("broken is not JSON");
    }

    @Test
    void shouldRefuseWhatIsNoRun() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "{}");
        assertThatThrownBy(() -> new Comparer(text, text).compare()).hasMessageContaining("what machine");
        assertThatThrownBy(() -> new Comparer(folder, text).compare()).hasMessageContaining("folder");
        assertThatThrownBy(() -> new Comparer(folder.resolve("none"), text).compare())
                .hasMessageContaining("cannot read");
    }
}
