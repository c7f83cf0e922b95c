package io.needletail.bench.report;

import io.needletail.bench.limits.LimitsRun;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** What the ratios are meant to be. A target that is missed is reported, not hidden; none of them fails a run. */
public final class Targets {
    private static final Map<String, Double> TARGETS = new LinkedHashMap<>();

    static {
        TARGETS.put("embedded.get/load", 1.5);
        TARGETS.put("embedded.get/load.1M", 1.3);
        TARGETS.put("embedded.get/chroniclemap", 1 / 40.0);
        TARGETS.put("embedded.view/load", 1.5);
        TARGETS.put("embedded.view/load.1M", 1.3);
        TARGETS.put("embedded.put/chroniclemap", 1 / 15.0);
        TARGETS.put("embedded.put.ns", 12.0);
        TARGETS.put("embedded.getByKey.ns", 9.0);
        TARGETS.put("embedded.viewByKey.ns", 9.0);
        TARGETS.put("embedded.getByKey/chroniclemap", 1 / 10.0);
        TARGETS.put("embedded.getByKey/agrona", 1 / 1.3);
        TARGETS.put("embedded.getByKey/concurrenthashmap", 1.0);
        TARGETS.put("embedded.getByKey/concurrenthashmap.1M", 1.0);
        TARGETS.put("embedded.getByKey.batch16/single", 0.65);
        TARGETS.put("embedded.getByKey.batch16/load", 3.6);
        TARGETS.put("embedded.viewByKey/agrona", 1 / 1.3);
        TARGETS.put("embedded.viewByKey/concurrenthashmap", 1.0);
        TARGETS.put("embedded.viewByKey/concurrenthashmap.1M", 1.0);
        TARGETS.put("embedded.viewsByKey16/single", 0.65);
        TARGETS.put("embedded.viewsByKey16/load", 3.6);
        TARGETS.put("reader.get/embedded.get", 1.5);
        TARGETS.put("reader.updated1M.p99/cacheline.p50", 3.0);
        TARGETS.put("ipc.get.p50/echo.p50", 1.35);
        TARGETS.put("ipc.get.p50/cacheline.p50", 1.7);
        TARGETS.put("ipc.get.p99/ipc.get.p50", 2.0);
        TARGETS.put("udp.get.p50/udpecho.p50", 1.2);
        TARGETS.put("redisbenchmark.p50/ipc.get.p50", 150.0);
        TARGETS.put("redispolling.p50/ipc.get.p50", 40.0);
        TARGETS.put("ipc.batch16.p50/ipc.get.p50", 2.0);
        TARGETS.put("ipc.batch64.getsPerSecond", 40e6);
        TARGETS.put("embedded.getByKey.batch16.8M/single.8M", 0.5);
        TARGETS.put("batch.byHandle.batch16/single", 1.0);
        TARGETS.put("batch.byHandle.views.batch16/single", 1.0);
        TARGETS.put("batch.byHandle.batch16/dependent.8M", 0.5);
        TARGETS.put("batch.byHandle.views.batch16/dependent.8M", 0.5);
        TARGETS.put("ipc.get.expiring.p99/ipc.get.p99", 1.2);
        for (String limit : LimitsRun.ratios()) {
            TARGETS.put(limit, 1.15);
        }
        TARGETS.put("put.journaled.p50-put.memory.p50", 20.0);
        TARGETS.put("put.journaled.p99.99/max(1.5*put.memory.p99.99,cacheline.p99.99)", 1.0);
        TARGETS.put("put.p99.snapshotting/put.p99.idle", 1.2);
        TARGETS.put("ack.journaled.p50/(2*cacheline.p50+append.p50)", 1.5);
        TARGETS.put("synced.p50/fdatasync.p50", 1.2);
        TARGETS.put("synced.group64.rate/synced.single.rate", 20.0);
        TARGETS.put("restart.10M.seconds", 3.0);
        TARGETS.put("remote.get.p50/read.p50", 1.15);
        TARGETS.put("remote.get.batch16.p50/remote.get.p50", 3.0);
        TARGETS.put("put.mirrored1.p50/write.p50", 1.3);
        TARGETS.put("put.memory.withMirror.p50-put.memory.p50", 20.0);
        TARGETS.put("alloc.bytesPerOp.max", 0.0);
        TARGETS.put("embedded.getsPerSecond", 400e6);
        TARGETS.put("embedded.viewsPerSecond", 400e6);
        TARGETS.put("memory.bytesPerEntry16x16", 80.0);
    }

    /**
     * Less than this is nothing: of heap, the media driver's housekeeping takes some 64 bytes a second on the shard's thread, which the
     * slowest tier, UDP, spreads over some 70,000 requests.
     */
    private static final double RESOLUTION = 0.001;

    private Targets() {}

    public static OptionalDouble of(String key) {
        Double target = TARGETS.get(key);
        return target == null ? OptionalDouble.empty() : OptionalDouble.of(target);
    }

    /** A peer divided by us, or a rate. */
    public static boolean higherIsBetter(String key) {
        return key.contains("rate")
                || key.contains("erSecond")
                || key.endsWith(".efficiency")
                || key.matches("(redis|memcached|hazelcast|caffeine).*/.*");
    }

    /** Whether the value reaches its target; true where there is none. */
    public static boolean isMet(String key, double value) {
        OptionalDouble target = of(key);
        if (target.isEmpty()) {
            return true;
        }
        return higherIsBetter(key) ? value >= target.getAsDouble() : value <= target.getAsDouble() + RESOLUTION;
    }
}
