package io.needletail.bench.durability;

import io.needletail.bench.process.ApplianceArguments;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.RunFolders;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import io.needletail.bench.stats.Rounds;
import io.needletail.client.Session;
import io.needletail.memory.DataSync;
import io.needletail.memory.PrivateFiles;
import io.needletail.memory.ThreadPinning;
import io.needletail.memory.TimerSlack;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.HdrHistogram.Histogram;

/** A put that is acknowledged when it is on the medium, alone and 64 together, beside what the medium takes by itself. */
final class SyncedRun {
    private static final String FLOOR = "fdatasync";
    private static final String SINGLE = "synced";
    private static final String GROUP = "synced.group64";
    private static final int TOGETHER = 64;
    private static final long START_SECONDS = 120;
    private static final long TIMEOUT_NS = 60_000_000_000L;
    private static final int LINE = 64;
    private static final int FILE_BYTES = 8 << 20;
    private static final int PAGE = 4096;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    private final DurabilityPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;
    private final Map<String, Map<String, List<Double>>> rounds = new LinkedHashMap<>();
    private final Map<String, List<Double>> rates = new LinkedHashMap<>();

    SyncedRun(DurabilityPlan plan, BenchCores cores, Path folder, BenchReport report, Progress progress) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
        Path dir = folder.resolve("appliance-synced");
        List<String> arguments = ApplianceArguments.spinning(
                dir,
                cores,
                "journal=on",
                "keyed-slots=65536",
                "liveness-timeout=60s",
                ApplianceArguments.warmUp(plan == DurabilityPlan.SMOKE));
        try (RoleProcess server = RoleProcess.start("appliance", arguments)) {
            server.await("ready", START_SECONDS);
            FutureTask<Void> task = new FutureTask<>(() -> play(dir));
            new Thread(task, "client").start();
            task.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } finally {
            RunFolders.removeAppliances(folder); // with what they have in shared memory
        }
        addFigures();
    }

    private Void play(Path dir) throws IOException {
        if (cores.canPin()) {
            ThreadPinning.pin(cores.client());
        }
        if (!TimerSlack.set(1)) {
            report.note("the kernel wakes the client 50 us late");
        }
        Path file = folder.resolve("synced-floor");
        writeOnce(file);
        try (Session session = Session.connect(dir, TIMEOUT_NS);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                DataSync sync = DataSync.of(file)) {
            SyncedClient client = new SyncedClient(session);
            for (int round = -1; round < plan.rounds(); round++) { // the first one warms up
                progress.round("puts at SYNCED", Math.max(0, round), plan.rounds());
                playRound(client, channel, sync, round);
            }
        } finally {
            Files.deleteIfExists(file);
        }
        return null;
    }

    private void playRound(SyncedClient client, FileChannel channel, DataSync sync, int round) throws IOException {
        Histogram floor = SyncedClient.histogram();
        Histogram single = SyncedClient.histogram();
        Histogram group = SyncedClient.histogram();
        double singleRate;
        double floorRate;
        if (round % 2 == 0) {
            floorRate = force(channel, sync, floor);
            singleRate = client.puts(1, plan.turnNs(), single);
        } else {
            singleRate = client.puts(1, plan.turnNs(), single);
            floorRate = force(channel, sync, floor);
        }
        double groupRate = client.puts(TOGETHER, plan.turnNs(), group);
        if (round >= 0) {
            add(FLOOR, floor, floorRate);
            add(SINGLE, single, singleRate);
            add(GROUP, group, groupRate);
        }
    }

    /** Preallocated and once written, so that no block has to be found. */
    private static void writeOnce(Path file) throws IOException {
        try (FileChannel channel = PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer page = ByteBuffer.allocateDirect(PAGE); // a call each, as the journal's files are
            for (long written = 0; written < FILE_BYTES; written += PAGE) {
                channel.write(page.clear(), written);
            }
            channel.force(true);
        }
    }

    private double force(FileChannel channel, DataSync sync, Histogram into) throws IOException {
        ByteBuffer line = ByteBuffer.allocateDirect(LINE);
        long began = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - began < plan.turnNs()) {
            line.clear();
            line.putLong(0, count);
            long beginNs = System.nanoTime();
            channel.write(line, count * LINE % FILE_BYTES);
            sync.force();
            into.recordValue(System.nanoTime() - beginNs);
            count++;
        }
        return count / ((System.nanoTime() - began) / 1e9);
    }

    private void add(String subject, Histogram latencies, double rate) {
        rates.computeIfAbsent(subject, any -> new ArrayList<>()).add(rate);
        Map<String, List<Double>> values = rounds.computeIfAbsent(subject, any -> new LinkedHashMap<>());
        for (double percentile : PERCENTILES) {
            String name = "p" + (percentile == Math.rint(percentile) ? "" + (int) percentile : "" + percentile);
            values.computeIfAbsent(name, any -> new ArrayList<>())
                    .add((double) latencies.getValueAtPercentile(percentile));
        }
    }

    private void addFigures() {
        rounds.forEach((subject, values) ->
                report.add(Result.percentiles(subject, values, "4,096 entries of 16+16 bytes", describe(subject))));
        report.add(Ratio.of("synced.p50/fdatasync.p50", of(SINGLE), of(FLOOR)));
        report.add(Ratio.of("synced.group64.rate/synced.single.rate", rate(GROUP), rate(SINGLE)));
        report.note(String.format(
                Locale.ROOT,
                "acknowledged at SYNCED a second, medians: one under way %,.0f, 64 under way %,.0f; bare forces %,.0f",
                Rounds.median(rate(SINGLE)),
                Rounds.median(rate(GROUP)),
                Rounds.median(rate(FLOOR))));
    }

    private double[] of(String subject) {
        return array(rounds.get(subject).get("p50"));
    }

    private double[] rate(String subject) {
        return array(rates.get(subject));
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static String describe(String subject) {
        return switch (subject) {
            case FLOOR -> "pwrite of 64 bytes into a file written once, then fdatasync";
            case SINGLE -> "a put over a session, one under way; the client sleeps between two looks";
            default -> "64 puts under way";
        };
    }
}
