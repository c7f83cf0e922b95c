package io.needletail.bench.tiers;

import io.needletail.bench.ipc.IpcRun;
import io.needletail.bench.ipc.IpcScores;
import io.needletail.bench.micro.MicroRun;
import io.needletail.bench.micro.Subject;
import io.needletail.bench.process.ApplianceArguments;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import io.needletail.bench.stats.Rounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code bench tiers}: every tier that exists beside its floors and peers, for each working set, and then between processes. */
public final class TiersRun {
    /** The echo, the cache line and the get of an IPC session, which are measured together. */
    public static final String BETWEEN_PROCESSES = "ipc";

    /** What the region takes an entry, when there are ten million. */
    public static final String MEMORY = "memory";

    private static final int MEMORY_ENTRIES = 10_000_000;
    private static final long START_SECONDS = 60;

    private final BenchPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;
    private final boolean isForShow;
    private final Map<String, String> parameters = new HashMap<>();
    private String slabBytes = "1m";
    private int valueLength = 16;
    private final Map<String, Double> allocated = new TreeMap<>();
    private final Map<String, Class<? extends Subject>> subjects = new LinkedHashMap<>(TierSubjects.ALL);
    private final List<Quotient> quotients = new ArrayList<>(TierSubjects.QUOTIENTS);
    private Collection<String> asked = names();
    private Companion companion = (set, given) -> () -> {};

    public TiersRun(BenchPlan plan, BenchCores cores, Path folder, BenchReport report, Progress progress) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
        isForShow = plan.equals(BenchPlan.SMOKE);
        parameters.put("core", Integer.toString(cores.server()));
        parameters.put("consumerCore", Integer.toString(cores.client()));
    }

    /** Of all that were measured for this report, by whichever run. */
    private static final String ALLOCATED = "alloc.bytesPerOp.max";

    /** Of further working sets, where figures mean nothing: each subject is a JVM. */
    private static final List<String> FOR_SHOW = List.of("load", "embedded.get", "reader.get");

    /** Measures these subjects and no others; {@link #BETWEEN_PROCESSES} and {@link #MEMORY} are others to name. */
    public TiersRun only(Collection<String> names) {
        asked = names;
        return this;
    }

    /** A process that subjects of a working set need beside them; it ends when it is closed. */
    @FunctionalInterface
    public interface Companion {
        /** @param parameters of the subjects, for it to add to */
        AutoCloseable start(WorkingSet set, Map<String, String> parameters) throws IOException, InterruptedException;
    }

    /** More subjects, measured in the same rounds. */
    public TiersRun beside(
            Map<String, Class<? extends Subject>> others, List<Quotient> otherQuotients, Companion needed) {
        subjects.putAll(others);
        quotients.addAll(otherQuotients);
        companion = needed;
        List<String> names = new ArrayList<>(asked);
        names.addAll(others.keySet());
        asked = names;
        return this;
    }

    /** Every name that {@link #only} takes. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(TierSubjects.ALL.keySet());
        names.add(BETWEEN_PROCESSES);
        names.add(MEMORY);
        return names;
    }

    /** @param ringBytes of the embedded region, and {@code consumer} gating or lossy */
    public TiersRun with(long ringBytes, String consumer) {
        parameters.put("ring", Long.toString(ringBytes));
        parameters.put("consumer", consumer);
        return this;
    }

    /** Values of so many bytes, where a subject can have others than sixteen. */
    public TiersRun withValues(int length, String slab) {
        parameters.put("value", Integer.toString(length));
        valueLength = length;
        slabBytes = slab;
        return this;
    }

    public void run(List<WorkingSet> sets) throws IOException, InterruptedException {
        for (WorkingSet set : sets) {
            boolean isForShow = plan.equals(BenchPlan.SMOKE) && set != sets.getFirst();
            measure(set, isForShow ? FOR_SHOW : asked);
        }
        if (asked.contains(BETWEEN_PROCESSES)) {
            IpcScores ipc = new IpcFigures(plan.ipc(), cores, folder, report, progress)
                    .run(List.of(IpcRun.CACHE_LINE, IpcRun.ECHO, IpcRun.GET));
            allocated.putAll(allocatedOverASession(ipc));
        }
        if (asked.contains(MEMORY)) {
            addMemory();
        }
        if (!allocated.isEmpty()) {
            addAllocated(report, allocated);
        }
    }

    /** What a get over a session took, on both sides. */
    public static Map<String, Double> allocatedOverASession(IpcScores ipc) {
        return Map.of("ipc.get, client", ipc.allocatedPerGet(), "ipc.get, shard", ipc.shardAllocatedPerGet());
    }

    /** Counts subjects of ours in, beside those of other runs for the same report. */
    public static void addAllocated(BenchReport report, Map<String, Double> allocated) {
        Ratio before = report.ratios().get(ALLOCATED);
        double most = Collections.max(allocated.values());
        report.add(Ratio.figure(ALLOCATED, before == null ? most : Math.max(most, before.value())));
        report.note("heap bytes an operation, ours: " + new TreeMap<>(allocated));
    }

    private void measure(WorkingSet set, Collection<String> names) throws IOException, InterruptedException {
        Path appliance = folder.resolve("appliance" + set.entries());
        parameters.put("entries", Integer.toString(set.entries()));
        parameters.put("asked", Integer.toString(set.asked()));
        parameters.put("appliance", appliance.toString());
        Map<String, Class<? extends Subject>> measured = new LinkedHashMap<>(subjects);
        measured.keySet().retainAll(asked);
        measured.keySet().retainAll(names);
        if (measured.isEmpty()) {
            return;
        }
        try (RoleProcess process = startAppliance(appliance, set.entries());
                Beside beside = new Beside(companion.start(set, parameters), parameters)) {
            MicroRun.Scores scores = new MicroRun(plan.micro(), beside.parameters(), folder)
                    .run(
                            List.copyOf(measured.values()),
                            round -> progress.round(
                                    set.name("tiers"), round, plan.micro().turns()));
            addFigures(set, measured, scores);
            if (set.isMillion() && measured.containsKey("reader.get")) {
                addMemory(process, set.entries(), ".1M");
            }
        }
    }

    private void addMemory() throws IOException, InterruptedException {
        int entries = isForShow ? WorkingSet.SHOWN : MEMORY_ENTRIES;
        try (RoleProcess process = startAppliance(folder.resolve("appliance-memory"), entries)) {
            addMemory(process, entries, "");
        }
    }

    /** A region has all its memory from its start, so that no put waits for some: the entries need not be there. */
    private void addMemory(RoleProcess process, int entries, String suffix) throws IOException {
        double bytes = ResidentRegion.bytes(process.pid());
        report.add(Ratio.figure("memory.bytesPerEntry16x16" + suffix, bytes / entries));
    }

    /** It owns the region that {@code reader.get} reads; idle, in a profile that does not spin. */
    private RoleProcess startAppliance(Path folder, int entries) throws IOException, InterruptedException {
        RoleProcess process = RoleProcess.start(
                "appliance",
                ApplianceArguments.resting(
                        folder,
                        "keyed-slots=" + entries,
                        "anonymous-slots=0",
                        "slab-bytes=" + slabBytes,
                        "ring-bytes=" + (isForShow ? "8m" : "32m"),
                        ApplianceArguments.warmUp(isForShow)));
        process.await("ready", START_SECONDS);
        return process;
    }

    /** What runs beside a working set's subjects, and what they are told. */
    private record Beside(AutoCloseable process, Map<String, String> parameters) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try {
                process.close();
            } catch (Exception e) {
                throw new IOException("while ending what ran beside: " + e.getMessage(), e);
            }
        }
    }

    private void addFigures(WorkingSet set, Map<String, Class<? extends Subject>> measured, MicroRun.Scores scores) {
        Map<String, double[]> byName = new HashMap<>();
        measured.forEach((name, subject) -> {
            double[] rounds = scores.nsPerOperation().get(subject.getSimpleName());
            byName.put(name, rounds);
            report.add(Result.mean(set.name(name), rounds, set.describe(valueLength), TierSubjects.comparedOn(name)));
            if (TierSubjects.OURS.contains(name)) {
                allocated.put(set.name(name), scores.allocatedPerOperation().get(subject.getSimpleName()));
            }
        });
        for (Quotient quotient : quotients) {
            double[] first = byName.get(quotient.first());
            double[] second = byName.get(quotient.second());
            if (first != null && second != null) {
                report.add(Ratio.of(set.name(quotient.key()), first, second));
            }
        }
        for (String name : new String[] {"embedded.put", "embedded.getByKey", "embedded.viewByKey"}) {
            if (byName.containsKey(name)) {
                report.add(Ratio.figure(set.name(name + ".ns"), Rounds.median(byName.get(name))));
            }
        }
        addRate(set, byName, "embedded.get", "embedded.getsPerSecond");
        addRate(set, byName, "embedded.view", "embedded.viewsPerSecond");
    }

    private void addRate(WorkingSet set, Map<String, double[]> byName, String subject, String key) {
        if (byName.containsKey(subject)) {
            report.add(Ratio.figure(set.name(key), 1e9 / Rounds.median(byName.get(subject))));
        }
    }
}
