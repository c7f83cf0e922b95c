package io.needletail.bench.regress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a later run is compared with: ratios only, because they are all that two runs of a shared machine have in common. Every
 * ratio stands with its rounds, whose spread is the noise.
 *
 * @param origin commit, time, processor and plan of the run, for people
 * @param rounds of each ratio
 */
public record Baseline(Map<String, String> origin, Map<String, double[]> rounds) {
    /** Fewer rounds say nothing of the spread: such a ratio is left out. */
    public static final int MIN_ROUNDS = 5;

    /** Of a report as {@code --json} writes it. */
    public static Baseline ofReport(JsonNode report) throws IOException {
        JsonNode details = report.path("ratioDetails");
        if (!details.isObject()) {
            throw new IOException("not a report of bench: it has no ratioDetails");
        }
        Map<String, double[]> rounds = new LinkedHashMap<>();
        details.propertyStream().forEach(detail -> {
            JsonNode values = detail.getValue().path("rounds");
            if (values.size() >= MIN_ROUNDS && isRatio(detail.getKey())) {
                rounds.put(detail.getKey(), doubles(values));
            }
        });
        Map<String, String> origin = new LinkedHashMap<>();
        origin.put("commit", report.at("/environment/commit").asText("unknown"));
        origin.put("time", report.at("/environment/time").asText("unknown"));
        origin.put("cpu", report.at("/environment/machine/cpu").asText("unknown"));
        origin.put("plan", report.at("/parameters/plan").asText("unknown"));
        return new Baseline(origin, rounds);
    }

    /** Rates and times of one machine are none of another's business, nor of the same one's an hour later. */
    private static boolean isRatio(String key) {
        return key.contains("/") || key.endsWith(".efficiency");
    }

    public static Baseline read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("no baseline in " + file + "; make one with: needletail bench regress --update");
        }
        JsonNode stored = new ObjectMapper().readTree(file.toFile());
        if (stored.path("ratios").isEmpty()) {
            throw new IOException(file + " holds no ratios; make it anew with: needletail bench regress --update");
        }
        Map<String, double[]> rounds = new LinkedHashMap<>();
        stored.get("ratios").propertyStream().forEach(ratio -> rounds.put(ratio.getKey(), doubles(ratio.getValue())));
        Map<String, String> origin = new LinkedHashMap<>();
        stored.path("origin")
                .propertyStream()
                .forEach(fact -> origin.put(fact.getKey(), fact.getValue().asText()));
        return new Baseline(origin, rounds);
    }

    public void write(Path file) throws IOException {
        Map<String, Object> stored = new LinkedHashMap<>();
        stored.put("origin", origin);
        stored.put("ratios", rounds);
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), stored);
    }

    private static double[] doubles(JsonNode values) {
        double[] doubles = new double[values.size()];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = values.get(i).asDouble();
        }
        return doubles;
    }
}
