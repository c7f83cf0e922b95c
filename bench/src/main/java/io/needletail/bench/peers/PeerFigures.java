package io.needletail.bench.peers;

import io.needletail.bench.ipc.IpcRun;
import io.needletail.bench.ipc.IpcScores;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.stats.Rounds;
import io.needletail.bench.tiers.IpcFigures;
import java.util.Arrays;

/** Results and ratios between processes. */
final class PeerFigures {
    private final BenchReport report;
    private final IpcScores scores;

    PeerFigures(BenchReport report, IpcScores scores) {
        this.report = report;
        this.scores = scores;
    }

    void add(SocketSubjects subjects) {
        IpcFigures.addAll(report, scores, subjects.names());
        subjects.configurations().forEach(report::note);
        addP50("redisbenchmark.p50/ipc.get.p50", SocketSubjects.REDIS_BENCHMARK, IpcRun.GET);
        addP50("redispolling.p50/ipc.get.p50", SocketSubjects.REDIS_POLLING, IpcRun.GET);
        addP50("memcachedpolling.p50/ipc.get.p50", "memcachedpolling", IpcRun.GET);
        addP50("hazelcast.p50/ipc.get.p50", SocketSubjects.HAZELCAST, IpcRun.GET);
        addP50("hazelcast.256.p50/ipc.get.256.p50", SocketSubjects.HAZELCAST + ".256", SocketSubjects.LARGER);
        addP50("hazelcast.multi16.p50/ipc.batch16.p50", SocketSubjects.HAZELCAST + ".multi16", SocketSubjects.BATCH);
        addP50(
                "hazelcast.multi16.256.p50/ipc.batch16.256.p50",
                SocketSubjects.HAZELCAST + ".multi16.256",
                SocketSubjects.LARGER_BATCH);
        addP50("hazelcast.near.p50/ipc.get.p50", SocketSubjects.HAZELCAST + ".near", IpcRun.GET);
        addP50(
                "redispolling.multi16.256.p50/ipc.batch16.256.p50",
                SocketSubjects.REDIS_POLLING + ".multi16.256",
                SocketSubjects.LARGER_BATCH);
        addP50("ipc.batch16.p50/ipc.get.p50", SocketSubjects.BATCH, IpcRun.GET);
        addP50("udp.get.p50/udpecho.p50", IpcRun.UDP_GET, IpcRun.AERON_UDP_ECHO);
        addP50(
                "redispolling.multi16.p50/ipc.batch16.p50",
                SocketSubjects.REDIS_POLLING + ".multi16",
                SocketSubjects.BATCH);
        addP50("redispolling.256.p50/ipc.get.256.p50", SocketSubjects.REDIS_POLLING + ".256", SocketSubjects.LARGER);
        if (scores.has(SocketSubjects.BATCHES)) {
            double[] getsPerSecond = Arrays.stream(scores.rounds(SocketSubjects.BATCHES, "mean"))
                    .map(ns -> SocketSubjects.BATCHES_LENGTH * 1e9 / ns)
                    .toArray();
            report.add(new Ratio("ipc.batch64.getsPerSecond", getsPerSecond));
            report.note(
                    "ipc.batch64: 64 gets a message, four messages under way; its rate is from the mean of the rounds,"
                            + " its percentiles are not latencies");
            assert Rounds.median(getsPerSecond) > 0;
        }
    }

    private void addP50(String key, String first, String second) {
        if (scores.has(first) && scores.has(second)) {
            report.add(Ratio.of(key, scores.rounds(first, "p50"), scores.rounds(second, "p50")));
        }
    }
}
