package io.needletail.bench.tiers;

import io.needletail.bench.ipc.IpcPlan;
import io.needletail.bench.ipc.IpcRun;
import io.needletail.bench.ipc.IpcScores;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The figures between two processes, and the ratios between them. */
public final class IpcFigures {
    private final IpcPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final BenchReport report;
    private final Progress progress;

    public IpcFigures(IpcPlan plan, BenchCores cores, Path folder, BenchReport report, Progress progress) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
        this.report = report;
        this.progress = progress;
    }

    public IpcScores run(List<String> subjects) throws IOException, InterruptedException {
        try (IpcRun run = new IpcRun(plan, cores, folder)) {
            IpcScores scores = run.run(subjects, round -> progress.round("between processes", round, plan.rounds()));
            addAll(report, scores, subjects);
            return scores;
        }
    }

    /** Results of what was measured, and the ratios among the floors and the product's ways. */
    public static void addAll(BenchReport report, IpcScores scores, List<String> subjects) {
        for (String subject : subjects) {
            if (scores.has(subject)) {
                report.add(Result.percentiles(
                        name(subject), scores.percentiles(subject), workingSet(subject), comparedOn(subject)));
            } else {
                report.note(name(subject) + " was not measured: it needs gcc and two cores");
            }
        }
        report.counterCost(scores.counterCostNs());
        addRatio(report, scores, IpcRun.ECHO, IpcRun.CACHE_LINE);
        addRatio(report, scores, IpcRun.GET, IpcRun.ECHO);
        addRatio(report, scores, IpcRun.GET, IpcRun.CACHE_LINE);
        addRatio(report, scores, IpcRun.SHARED_GET, IpcRun.GET);
        addRatio(report, scores, IpcRun.UDP_GET, IpcRun.UDP_ECHO);
        if (scores.has(IpcRun.GET)) {
            report.add(Ratio.of(
                    "ipc.get.p99/ipc.get.p50", scores.rounds(IpcRun.GET, "p99"), scores.rounds(IpcRun.GET, "p50")));
        }
    }

    private static void addRatio(BenchReport report, IpcScores scores, String first, String second) {
        if (scores.has(first) && scores.has(second)) {
            report.add(Ratio.of(
                    name(first) + ".p50/" + name(second) + ".p50",
                    scores.rounds(first, "p50"),
                    scores.rounds(second, "p50")));
        }
    }

    private static String name(String subject) {
        return subject.equals(IpcRun.GET) ? "ipc.get" : subject;
    }

    private static String peerOrWindow(String subject) {
        if (subject.startsWith("redisbenchmark")) {
            return "peer: redis-benchmark -c 1, Unix socket unless it says tcp";
        }
        if (subject.contains("polling")) {
            return "peer: a client in C that never waits in the kernel, Unix socket unless it says tcp";
        }
        if (subject.equals("hazelcast.near")) {
            return "peer: the client's own copy, which it keeps until it hears of a change";
        }
        return subject.startsWith("hazelcast")
                ? "peer: a client in another process than the member"
                : "client and shard each spinning on its own core; one message under way, but four with batch64";
    }

    private static String workingSet(String subject) {
        return switch (subject) {
            case IpcRun.CACHE_LINE, IpcRun.ECHO, IpcRun.UDP_ECHO, IpcRun.AERON_UDP_ECHO -> "one message";
            default -> "4,096 entries of 16+" + (subject.endsWith(".256") ? 256 : 16) + " bytes";
        };
    }

    private static String comparedOn(String subject) {
        return switch (subject) {
            case IpcRun.CACHE_LINE -> "floor: one cache line there and back between the same two cores, in C";
            case IpcRun.ECHO -> "floor: Aeron IPC, same terms, frame lengths, driver cadence and idle strategy";
            case IpcRun.UDP_ECHO -> "floor: one datagram there and back over the loopback, as long as Aeron's, in C";
            case IpcRun.AERON_UDP_ECHO -> "floor: Aeron by UDP, the driver turned in every cycle as the shard does";
            case IpcRun.UDP_GET -> "by UDP on the loopback; the shard turns the media driver in every cycle";
            case IpcRun.SHARED_GET -> "one session on the publication that is there to be shared";
            default -> peerOrWindow(subject);
        };
    }
}
