package io.needletail.bench.latency;

import io.needletail.bench.latency.cause.Cause;
import io.needletail.bench.latency.cause.CauseFinder;
import io.needletail.bench.latency.cause.GapRecorder;
import io.needletail.bench.latency.cause.Interval;
import io.needletail.bench.latency.cause.SafepointLog;
import io.needletail.bench.latency.cause.SlowSample;
import io.needletail.bench.latency.tier.SlowClient;
import io.needletail.bench.latency.tier.Target;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.memory.CycleCounter;
import io.needletail.memory.StallRing;
import io.needletail.memory.ThreadPinning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.HdrHistogram.Histogram;

/** {@code bench latency}: warms up, then runs every rate, and looks into what was slow. */
final class LatencyRun {
    /** A loop of the client takes some 50 ns, with a system call in it a few hundred. */
    private static final long GAP_NS = 2_000;

    private static final long HIGHEST_NS = 20_000_000_000L;
    private static final long SILENCE_NS = 10_000_000_000L;
    private static final long WARM_UP_ROUND = 50_000;

    private final LatencyPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final Progress progress;
    private final double ticksPerNs = CycleCounter.measureCyclesPerNs();
    private final long counterCost = LatencyRecorder.counterCost();
    private double writerReachedRate;

    LatencyRun(LatencyPlan plan, BenchCores cores, Path folder, Progress progress) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
        this.progress = progress;
    }

    /** Nanoseconds that one reading of the counter takes, subtracted from every sample. */
    double counterCostNs() {
        return counterCost / ticksPerNs;
    }

    /** Writes a second that the region's owner did meanwhile, 0 without any. */
    double writerReachedRate() {
        return writerReachedRate;
    }

    /** Runs on a thread of its own, so that what this JVM starts later is not pinned with it. */
    List<LatencyRow> run() throws IOException, InterruptedException {
        FutureTask<List<LatencyRow>> task = new FutureTask<>(this::measure);
        Thread client = new Thread(task, "client");
        client.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    private List<LatencyRow> measure() throws IOException, InterruptedException {
        try (TierFixture fixture = new TierFixture(plan, cores, folder);
                Target bare = fixture.open()) {
            Target target = plan.faults().slowNs() == 0
                    ? bare
                    : new SlowClient(
                            bare, Ticker.CYCLES, Math.round(plan.faults().slowNs() * ticksPerNs));
            if (fixture.clientCore() >= 0) {
                ThreadPinning.pin(fixture.clientCore()); // after connecting, so that Aeron's threads are not pinned too
            }
            Workload workload = new Workload(plan.distribution(), plan.entries(), plan.reads(), 42);
            warmUp(target, workload);
            List<LatencyRow> rows = new ArrayList<>();
            for (double rate : plan.rates()) {
                progress.round("latency", rows.size(), plan.rates().size());
                rows.add(measure(fixture, target, workload, rate));
            }
            writerReachedRate = fixture.stopWriter();
            return rows;
        }
    }

    /** At full speed until it is compiled, and then for a while as it will be asked. */
    private void warmUp(Target target, Workload workload) {
        long untilNs = System.nanoTime() + (long) (plan.warmUpSeconds() * 1e9);
        GapRecorder gaps = new GapRecorder(ticks(GAP_NS));
        double fast = 1e9;
        while (System.nanoTime() < untilNs) {
            SampleRecorder scratch = new SampleRecorder(WARM_UP_ROUND, ticks(HIGHEST_NS), counterCost, ticks(GAP_NS));
            loop(target, workload, fast).run(WARM_UP_ROUND, scratch, gaps, ticks(SILENCE_NS));
            fast = fast == 1e9 ? plan.rates().get(0) : 1e9;
            if (WARM_UP_ROUND / fast > plan.warmUpSeconds()) {
                fast = 1e9; // a slow rate would warm up for minutes
            }
        }
    }

    private OpenLoop loop(Target target, Workload workload, double rate) {
        return new OpenLoop(
                Ticker.CYCLES, target, workload, new Schedule(rate, plan.burst(), ticksPerNs * 1e9), plan.closed());
    }

    private long ticks(long ns) {
        return Math.round(ns * ticksPerNs);
    }

    private LatencyRow measure(TierFixture fixture, Target target, Workload workload, double rate)
            throws IOException, InterruptedException {
        long count = plan.count(rate);
        SampleRecorder recorder = new SampleRecorder(count, ticks(HIGHEST_NS), counterCost, ticks(plan.thresholdNs()));
        GapRecorder gaps = new GapRecorder(ticks(GAP_NS));
        OpenLoop loop = loop(target, workload, rate);
        long startedMs = System.currentTimeMillis();
        PlantedStall stall = plantStall(fixture.clientCore());
        PlantedPause pause = plantPause(fixture);
        TickScale scale = new TickScale();
        long elapsed = loop.run(count, recorder, gaps, ticks(SILENCE_NS));
        scale.end();
        if (stall != null) {
            stall.close();
        }
        if (pause != null) {
            pause.close();
        }
        double seconds = Math.max(count / rate, scale.nsOf(elapsed) / 1e9);
        List<StallRing.Stall> stalls = fixture.serverStalls();
        List<SlowSample> slow = recorder.slowSamples();
        List<Interval> intervals = intervals(gaps, stalls, fixture, scale);
        return new LatencyRow(
                rate,
                count / seconds,
                count,
                startedMs,
                scale,
                recorder,
                explain(slow, intervals),
                hiccups(fixture, gaps, stalls, scale, startedMs),
                gaps.dropped());
    }

    private PlantedStall plantStall(int core) {
        LatencyPlan.Faults faults = plan.faults();
        return faults.stallEveryNs() == 0 ? null : new PlantedStall(core, faults.stallEveryNs(), faults.stallNs());
    }

    private PlantedPause plantPause(TierFixture fixture) {
        LatencyPlan.Faults faults = plan.faults();
        return faults.pauseEveryNs() == 0 || fixture.serverPid() < 0
                ? null
                : new PlantedPause(fixture.serverPid(), faults.pauseEveryNs(), faults.pauseNs());
    }

    private static List<LatencyRow.Explained> explain(List<SlowSample> slow, List<Interval> intervals) {
        CauseFinder finder = new CauseFinder(intervals);
        return slow.stream()
                .map(sample -> new LatencyRow.Explained(sample, finder.explain(sample)))
                .toList();
    }

    /** Everything that stood still during the run, on either side. */
    private static List<Interval> intervals(
            GapRecorder gaps, List<StallRing.Stall> stalls, TierFixture fixture, TickScale scale) throws IOException {
        List<Interval> intervals = new ArrayList<>();
        for (GapRecorder.Gap gap : gaps.gaps()) {
            add(intervals, gap.began(), gap.ended(), gap.switches(), gap.faults(), true);
        }
        for (StallRing.Stall stall : stalls) {
            long faults = stall.minorFaults() + stall.majorFaults();
            add(
                    intervals,
                    scale.ticksAt(stall.beganNs()),
                    scale.ticksAt(stall.endedNs()),
                    stall.involuntarySwitches(),
                    faults,
                    false);
        }
        for (SafepointLog.Safepoint safepoint : TierFixture.clientSafepointList()) {
            intervals.add(interval(safepoint, scale, Cause.SAFEPOINT_CLIENT));
        }
        for (SafepointLog.Safepoint safepoint : fixture.serverSafepointList()) {
            intervals.add(interval(safepoint, scale, Cause.SAFEPOINT_SERVER));
        }
        return intervals;
    }

    private static void add(
            List<Interval> intervals, long began, long ended, long switches, long faults, boolean client) {
        if (switches > 0) {
            intervals.add(new Interval(began, ended, client ? Cause.SWITCH_CLIENT : Cause.SWITCH_SERVER));
        }
        if (faults > 0) {
            intervals.add(new Interval(began, ended, client ? Cause.FAULT_CLIENT : Cause.FAULT_SERVER));
        }
        intervals.add(new Interval(began, ended, client ? Cause.HICCUP_CLIENT : Cause.HICCUP_SERVER));
    }

    private static Interval interval(SafepointLog.Safepoint safepoint, TickScale scale, Cause cause) {
        return new Interval(scale.ticksAt(safepoint.beganNs()), scale.ticksAt(safepoint.endedNs()), cause);
    }

    private Map<String, Histogram> hiccups(
            TierFixture fixture, GapRecorder gaps, List<StallRing.Stall> stalls, TickScale scale, long startedMs) {
        Map<String, Histogram> hiccups = new LinkedHashMap<>();
        Histogram client = new Histogram(HIGHEST_NS, 3);
        gaps.gaps().forEach(gap -> record(client, Math.round(scale.nsOf(gap.ended() - gap.began()))));
        hiccups.put("hiccup.core" + fixture.clientCore() + ".client", client);
        if (fixture.hasSpinningServer()) {
            Histogram server = new Histogram(HIGHEST_NS, 3);
            stalls.stream()
                    .filter(stall -> scale.ticksAt(stall.beganNs()) >= scale.ticksAt(scale.beginNs()))
                    .forEach(stall -> record(server, stall.durationNs()));
            hiccups.put("hiccup.core" + cores.server() + ".server", server);
        }
        hiccups.forEach((tag, histogram) -> {
            histogram.setTag(tag);
            histogram.setStartTimeStamp(startedMs);
            histogram.setEndTimeStamp(startedMs + Math.round(plan.seconds() * 1000));
        });
        return hiccups;
    }

    private static void record(Histogram histogram, long ns) {
        histogram.recordValue(Math.max(0, Math.min(HIGHEST_NS, ns)));
    }
}
