package io.needletail.registry;

import java.lang.foreign.MemorySegment;

/**
 * Finds the slots of up to 64 keys of up to 16 bytes at once, with the answers of {@link Directory#find}. Which one runs is a
 * matter of speed alone: the registry has one in Java, and whoever opens it may give it another.
 */
@FunctionalInterface
public interface KeySearch {
    /**
     * Finds them.
     *
     * @param table five longs: addresses of the directory, its buckets' count, address of the keyed slots, the hash's two secrets
     * @param words two for each key, zero beyond its length
     * @param lengths an int for each key, bytes
     * @param hashes takes a long for each key
     * @param slots takes a long for each key, -1 for one that is not there
     */
    void find(
            MemorySegment table,
            MemorySegment words,
            MemorySegment lengths,
            int count,
            MemorySegment hashes,
            MemorySegment slots);
}
