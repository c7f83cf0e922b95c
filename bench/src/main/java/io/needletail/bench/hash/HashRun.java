package io.needletail.bench.hash;

import io.needletail.bench.process.Progress;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import io.needletail.bench.tiers.BenchPlan;
import io.needletail.demo.OrderIds;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.DirectoryShape;
import io.needletail.registry.KeyHash;
import io.needletail.registry.view.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * {@code bench hash}: how fast the hash is, how well it mixes, and how full the directory gets, on real keys and on hostile
 * ones.
 */
public final class HashRun {
    private static final int KEYS = 65_536;
    private static final int SMOKE_KEYS = 4_096;
    /** Any secret would do; a fixed one makes two runs comparable. */
    private static final KeyHash HASH = new KeyHash(0x1234_5678_9ABC_DEF1L, 0xFEDC_BA98_7654_3211L);

    private final BenchPlan plan;
    private final int core;
    private final BenchReport report;
    private final Progress progress;
    private final Map<String, List<Double>> rounds = new LinkedHashMap<>();

    public HashRun(BenchPlan plan, int core, BenchReport report, Progress progress) {
        this.plan = plan;
        this.core = core;
        this.report = report;
        this.progress = progress;
    }

    /** @param lobster a file with real orders, or null */
    public void run(Path lobster) throws IOException {
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        int count = plan.equals(BenchPlan.SMOKE) ? SMOKE_KEYS : KEYS;
        List<KeyFamily> families = KeyFamilies.all(count, OrderIds.of(lobster));
        Map<String, FilledFamily> filled = new LinkedHashMap<>();
        try {
            for (KeyFamily family : families) {
                filled.put(family.name(), FilledFamily.of(family));
            }
            measure(filled);
            addSpeeds();
            for (KeyFamily family : families) {
                addAvalanche(family);
                addShape(family.name(), filled.get(family.name()));
            }
            addLeak(count);
        } finally {
            for (FilledFamily each : filled.values()) {
                each.close();
            }
        }
        report.note(
                lobster == null
                        ? "order ids: generated order flow (--lobster FILE for a real hour)"
                        : "order ids: " + lobster.getFileName());
    }

    private void measure(Map<String, FilledFamily> filled) {
        HashSpeed speed = new HashSpeed(HASH);
        int turns = plan.micro().turns();
        for (int turn = 0; turn < turns; turn++) {
            progress.round("hash", turn, turns);
            boolean counts = turn >= plan.micro().warmUpTurns();
            for (String name : speed.names()) {
                time(name, counts, () -> speed.run(name));
            }
            filled.forEach((name, family) -> time("getByKey." + name, counts, family::lookUp));
        }
        report.parameter("consumed", speed.consumed() != 0); // or the compiler drops the loops
    }

    private void time(String name, boolean counts, IntSupplier some) {
        long turnNs = Math.max(1, plan.micro().turnMs() / 4) * 1_000_000L;
        long beganNs = System.nanoTime();
        long nowNs = beganNs;
        long operations = 0;
        while (nowNs - beganNs < turnNs) {
            operations += some.getAsInt();
            nowNs = System.nanoTime();
        }
        if (counts) {
            rounds.computeIfAbsent(name, any -> new ArrayList<>()).add((double) (nowNs - beganNs) / operations);
        }
    }

    private void addSpeeds() {
        rounds.forEach((name, ns) -> report.add(Result.mean(
                name,
                array(ns),
                name.startsWith("hash.") ? "1,024 keys" : "a directory as full as it may be, 4,096 of its keys",
                "one process, all in turn; a get pays for setting the key")));
        addRatio("hash.multiply16", "hash.crc32c16");
        addRatio("getByKey.one-crc", "getByKey.random");
        addRatio("getByKey.sequential", "getByKey.random");
    }

    private void addRatio(String first, String second) {
        report.add(Ratio.of(first + "/" + second, array(rounds.get(first)), array(rounds.get(second))));
    }

    private void addAvalanche(KeyFamily family) {
        Avalanche hash = Avalanche.ofHash(family, HASH);
        Avalanche fingerprint = Avalanche.ofFingerprint(family, HASH);
        addAvalanche("hash.avalanche." + family.name(), hash);
        addAvalanche("hash.avalanche.fingerprint." + family.name(), fingerprint);
    }

    private void addAvalanche(String name, Avalanche avalanche) {
        report.add(Ratio.figure(name + ".mean", avalanche.mean()));
        report.add(Ratio.figure(name + ".worst", avalanche.worst()));
        report.add(Ratio.figure(name + ".worstInSigmas", Math.abs(avalanche.worst() - 0.5) / avalanche.noise()));
    }

    private void addShape(String name, FilledFamily family) {
        DirectoryShape shape = family.shape();
        String prefix = "directory." + name;
        report.add(Ratio.figure(prefix + ".load", shape.load()));
        report.add(Ratio.figure(prefix + ".refused", family.refused()));
        report.add(Ratio.figure(prefix + ".inFirstBucket", (double) shape.inFirstBucket() / shape.keys()));
        report.add(Ratio.figure(prefix + ".slotsALookup", (double) shape.slotsLookedAt() / shape.keys()));
        report.add(Ratio.figure(prefix + ".slotsALookupByCrc", (double) shape.slotsLookedAtByCrc() / shape.keys()));
        for (int quarters = 1; quarters < FilledFamily.QUARTERS; quarters++) {
            addOccupancy(prefix + ".quarter" + quarters, family.shape(quarters));
        }
    }

    private void addOccupancy(String prefix, DirectoryShape shape) {
        report.add(Ratio.figure(prefix + ".load", shape.load()));
        report.add(Ratio.figure(prefix + ".inFirstBucket", (double) shape.inFirstBucket() / shape.keys()));
        report.add(Ratio.figure(prefix + ".slotsALookup", (double) shape.slotsLookedAt() / shape.keys()));
    }

    private void addLeak(int count) throws IOException {
        try (FilledFamily leaked = FilledFamily.withLeakedSecret(count)) {
            report.add(
                    Ratio.figure("directory.leaked-secret.kept", leaked.shape().keys()));
            report.note(String.format(
                    Locale.ROOT,
                    "who knows the secret can build keys of one hash: %d of %,d were kept, the others answered %s",
                    leaked.shape().keys(),
                    count,
                    Status.name(leaked.refusal())));
        }
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
