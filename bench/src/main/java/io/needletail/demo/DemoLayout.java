package io.needletail.demo;

import java.util.List;

/**
 * Which process of the demo spins on which core.
 *
 * @param shardCore the appliance's shard
 * @param feedCore the feed handler
 * @param strategyCore the strategy
 * @param strategyShares whether the strategy shares the feed handler's core and sleeps between bursts
 * @param profile the appliance's profile
 */
record DemoLayout(int shardCore, int feedCore, int strategyCore, boolean strategyShares, String profile) {
    private static final int SPINNERS = 3;

    static DemoLayout of(List<Integer> cores) {
        int count = cores.size();
        if (count == 1) {
            return new DemoLayout(-1, -1, -1, true, "development");
        }
        int shard = cores.get(count - 1);
        int feed = cores.get(count - 2);
        return count < SPINNERS
                ? new DemoLayout(shard, feed, feed, true, "latency")
                : new DemoLayout(shard, feed, cores.get(count - 3), false, "latency");
    }

    String explain() {
        if (shardCore < 0) {
            return "layout: one core, nobody spins undisturbed; latencies say little";
        }
        return "layout: appliance's shard on core " + shardCore + ", feed handler on core " + feedCore
                + (strategyShares
                        ? ", strategy on the feed handler's core, sleeping between bursts of reads"
                        : ", strategy on core " + strategyCore);
    }
}
