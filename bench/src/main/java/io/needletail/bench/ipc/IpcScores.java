package io.needletail.bench.ipc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Percentiles of every round in ns, by subject ({@code cacheline}, {@code echo}, {@code get}) and percentile ({@code p50}). */
public final class IpcScores {
    private final Map<String, Map<String, List<Double>>> rounds = new LinkedHashMap<>();
    private final Map<String, Double> counterCostNs = new LinkedHashMap<>();
    private double allocatedPerGet;
    private double shardAllocatedPerGet = Double.NaN;

    /** One percentile of a round, for subjects that say nothing of others. */
    public void add(String subject, String percentile, double ns) {
        rounds.computeIfAbsent(subject, name -> new LinkedHashMap<>())
                .computeIfAbsent(percentile, name -> new ArrayList<>())
                .add(ns);
    }

    void add(String subject, JsonNode round) {
        for (String percentile : new String[] {"mean", "p50", "p90", "p99", "p99.9", "p99.99", "max"}) {
            add(subject, percentile, round.get(percentile).asDouble());
        }
        counterCostNs.put(subject, round.get("counterCostNs").asDouble());
        if (subject.equals(IpcRun.GET)) {
            allocatedPerGet = round.get("allocatedPerOperation").asDouble(); // of the last round
        }
    }

    void counterCost(String subject, double ns) {
        counterCostNs.put(subject, ns);
    }

    /** Nanoseconds of the cycle counter that were subtracted from every sample, by subject. */
    public Map<String, Double> counterCostNs() {
        return counterCostNs;
    }

    void forget(String subject) {
        rounds.remove(subject);
    }

    void shardAllocatedPerGet(double bytes) {
        shardAllocatedPerGet = bytes;
    }

    public boolean has(String subject) {
        return rounds.containsKey(subject);
    }

    public double[] rounds(String subject, String percentile) {
        return rounds.get(subject).get(percentile).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    public Map<String, List<Double>> percentiles(String subject) {
        return rounds.get(subject);
    }

    /** Heap bytes a get took on the client's thread, in the last round. */
    public double allocatedPerGet() {
        return allocatedPerGet;
    }

    /** Heap bytes a get took on the shard's thread, over all rounds. */
    public double shardAllocatedPerGet() {
        return shardAllocatedPerGet;
    }
}
