package io.needletail.registry.view;

/**
 * The direct address of a slot: {@code shard:8 | generation:24 | slot:32}. 0 is null; a generation starts at 1, so no issued
 * handle is 0. Valid in the epoch that issued it. Shards are numbered to 127, which keeps every handle positive.
 */
public final class Handle {
    public static final long NULL = 0;
    public static final int MAX_SHARD = 127;
    public static final int MAX_GENERATION = (1 << 24) - 1;

    private static final long SHARD_AND_SLOT = 0xFF00_0000_FFFF_FFFFL;

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

    /** The handle as the shard itself sees it: when it is one of its own, without the number of the shard. */
    public static long own(long handle, int shard) {
        return handle ^ ((long) shard << 56);
    }

    /** The slot of what {@link #own} answers; of another shard's handle a number beyond every slot, without a sign. */
    public static long ownSlot(long own) {
        return own & SHARD_AND_SLOT;
    }

    /** The generation of what {@link #own} answers, when its slot was not beyond every slot. */
    public static int ownGeneration(long own) {
        return (int) (own >>> 32);
    }
}
