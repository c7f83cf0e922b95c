package io.needletail.bench.stats;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Percentiles of every round, in ns, by subject and percentile ({@code p99}), in the order in which the subjects came. */
public final class PercentileRounds {
    private final double cyclesPerNs;
    private final Map<String, Map<String, List<Double>>> subjects = new LinkedHashMap<>();

    public PercentileRounds(double cyclesPerNs) {
        this.cyclesPerNs = cyclesPerNs;
    }

    /** For rounds whose percentiles are known in ns already. */
    public PercentileRounds() {
        this(1);
    }

    /** A percentile of another round of a subject. */
    public void add(String subject, String percentile, double ns) {
        subjects.computeIfAbsent(subject, name -> new LinkedHashMap<>())
                .computeIfAbsent(percentile, name -> new ArrayList<>())
                .add(ns);
    }

    /** Whether a subject had a round. */
    public boolean has(String subject) {
        return subjects.containsKey(subject);
    }

    /** Another round of a subject. */
    public void add(String subject, LatencyRecorder recorder) {
        recorder.summaryNs(cyclesPerNs).forEach((name, value) -> {
            if (!name.equals("count")) {
                add(subject, name, ((Number) value).doubleValue());
            }
        });
    }

    public void forEach(BiConsumer<String, Map<String, List<Double>>> consumer) {
        subjects.forEach(consumer);
    }

    /** One percentile of a subject, a value a round. */
    public double[] of(String subject, String percentile) {
        return subjects.get(subject).get(percentile).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }
}
