package io.needletail.registry.view;

/**
 * The direct address of a slot: {@code shard:8 | generation:24 | slot:32}. 0 is null; a generation starts at 1, so no issued
 * handle is 0. Valid in the epoch that issued it. Shards are numbered to 127, which keeps every handle positive.
 */
public final class Handle {
    public static final long NULL = 0;
    public static final int MAX_SHARD = 127;
    public static final int MAX_GENERATION = (1 << 24) - 1;

    private Handle() {}

    public static long of(int shard, int generation, long slot) {
        assert shard >= 0 && shard <= MAX_SHARD : "shard=" + shard;
        assert generation >= 1 && generation <= MAX_GENERATION : "generation=" + generation;
        assert slot >= 0 && slot <= 0xFFFF_FFFFL : "slot=" + slot;
        return ((long) shard << 56) | ((long) generation << 32) | slot;
    }

    public static int shard(long handle) {
        return (int) (handle >>> 56);
    }

    public static int generation(long handle) {
        return (int) (handle >>> 32) & MAX_GENERATION;
    }

    public static long slot(long handle) {
        return handle & 0xFFFF_FFFFL;
    }
}
