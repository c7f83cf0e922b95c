package io.needletail.registry;

/**
 * How the keys of a region stand in its directory, for reports and tests: it walks all of them. What it counts by CRC32C is what a
 * lookup would cost if that were the fingerprint.
 *
 * @param keys in the directory
 * @param lanes it has room for
 * @param inFirstBucket keys that a lookup finds in the first of their two buckets
 * @param slotsLookedAt slots that looking every key up once takes a look at; {@code keys} is the least there can be
 * @param slotsLookedAtByCrc the same with the key's CRC32C as fingerprint
 */
public record DirectoryShape(long keys, long lanes, long inFirstBucket, long slotsLookedAt, long slotsLookedAtByCrc) {
    public double load() {
        return (double) keys / lanes;
    }
}
