package io.needletail.bench.html;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the verbs left in a folder: {@code peers.json} (or {@code tiers.json}), {@code batch.json}, {@code sharing.json},
 * {@code scale.json}, and a folder {@code latency-TIER} for each latency run. What is not there is not drawn.
 */
public final class ReportInput {
    public static final List<String> TIERS = List.of("embedded", "reader", "ipc");

    private final Path folder;

    public ReportInput(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** A report in JSON by its name. */
    Optional<JsonNode> json(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.isReadable(file) ? Optional.of(new ObjectMapper().readTree(file.toFile())) : Optional.empty();
    }

    /** The figures of tiers and peers. */
    Optional<JsonNode> figures() throws IOException {
        Optional<JsonNode> peers = json("peers.json");
        return peers.isPresent() ? peers : json("tiers.json");
    }

    /** Everything that can hold targets. */
    List<JsonNode> reports() throws IOException {
        List<JsonNode> reports = new ArrayList<>();
        figures().ifPresent(reports::add);
        for (String name : List.of("batch.json", "sharing.json", "scale.json")) {
            json(name).ifPresent(reports::add);
        }
        return reports;
    }

    /** The folders of the latency runs, in the order of the tiers. */
    List<Path> latencyRuns() {
        List<Path> runs = new ArrayList<>();
        for (String tier : TIERS) {
            Path run = folder.resolve("latency-" + tier);
            if (Files.isReadable(run.resolve("result.json"))) {
                runs.add(run);
            }
        }
        return runs;
    }

    /** Any environment that was captured: of the first file that has one. */
    Optional<JsonNode> environment() throws IOException {
        for (String name : List.of("peers.json", "tiers.json", "batch.json", "sharing.json", "scale.json")) {
            Optional<JsonNode> report = json(name);
            if (report.isPresent()) {
                return Optional.of(report.get().get("environment"));
            }
        }
        List<Path> runs = latencyRuns();
        return runs.isEmpty()
                ? Optional.empty()
                : Optional.of(new ObjectMapper()
                        .readTree(runs.get(0).resolve("result.json").toFile())
                        .get("environment"));
    }

    /** Whether there is anything to draw. */
    public boolean isEmpty() throws IOException {
        return environment().isEmpty();
    }
}
