package io.needletail.registry.view;

/**
 * Which shard of a namespace a key belongs to: its CRC32C, taken as a fraction of the shards. The same in every language, and
 * checked by the shard.
 *
 * @param firstShard the namespace's first shard
 * @param shards how many follow each other from there
 */
public record ShardRoute(int firstShard, int shards) {
    public ShardRoute {
        if (firstShard < 0 || shards < 1 || firstShard + shards - 1 > Handle.MAX_SHARD) {
            throw new IllegalArgumentException("firstShard=" + firstShard + " shards=" + shards);
        }
    }

    public int shardOf(Key key) {
        return shards == 1 ? firstShard : firstShard + (int) ((key.crc32c() & 0xFFFF_FFFFL) * shards >>> 32);
    }

    public boolean contains(int shard) {
        return shard >= firstShard && shard < firstShard + shards;
    }
}
