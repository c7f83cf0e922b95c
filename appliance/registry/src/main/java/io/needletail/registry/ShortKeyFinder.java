package io.needletail.registry;

import io.needletail.registry.view.Batch;
import io.needletail.registry.view.ShortKeys;
import java.lang.foreign.MemorySegment;

/**
 * Finds the slots of a batch whose keys are all short, in stages over plain arrays: hash all, compare all first buckets, then
 * the keys. Each stage is a loop of its own that the compiler inlines whole; what the waits for memory of one key leave free
 * the next one uses. With a {@link KeySearch} in C all stages are one call. For the owner thread.
 */
final class ShortKeyFinder {
    private final Directory directory;
    private final KeyHash keyHash;
    private final KeyedSlots keyed;
    private final MemorySegment table;
    private final long[] matches = new long[Batch.MAX_LENGTH];
    private final long[] hashes;
    private final long[] slots;
    private final MemorySegment hashMemory;
    private final MemorySegment slotMemory;
    /** Null for the stages in Java. */
    private KeySearch search;

    private BucketProbe probe = BucketProbe.PREFERRED;

    ShortKeyFinder(Directory directory, KeyHash keyHash, KeyedSlots keyed, long[] hashes, long[] slots) {
        this.directory = directory;
        this.keyHash = keyHash;
        this.keyed = keyed;
        this.hashes = hashes;
        this.slots = slots;
        table = MemorySegment.ofArray(new long[] {
            directory.address(), directory.buckets(), keyed.address(0), keyHash.secret0(), keyHash.secret1()
        });
        hashMemory = MemorySegment.ofArray(hashes);
        slotMemory = MemorySegment.ofArray(slots);
    }

    void searchWith(KeySearch other) {
        search = other;
    }

    void probeWith(BucketProbe other) {
        probe = other;
    }

    void find(ShortKeys keys, int length) {
        if (search != null) {
            search.find(table, keys.wordMemory(), keys.lengthMemory(), length, hashMemory, slotMemory);
            return;
        }
        hash(keys, length);
        match(length);
        confirm(keys, length);
    }

    private void hash(ShortKeys keys, int length) {
        for (int i = 0; i < length; i++) {
            hashes[i] = keyHash.hashInline(keys.word0(i), keys.word1(i), keys.length(i));
        }
    }

    private void match(int length) {
        for (int i = 0; i < length; i++) {
            matches[i] = probe.match(directory.firstBucketAddress(hashes[i]), KeyHash.fingerprint(hashes[i]));
        }
    }

    private void confirm(ShortKeys keys, int length) {
        for (int i = 0; i < length; i++) {
            long slot = matches[i] == 0 ? Directory.NOT_FOUND : directory.slotOf(hashes[i], matches[i]);
            boolean confirmed = slot >= 0 && keyed.keyEquals(slot, keys.word0(i), keys.word1(i), keys.length(i));
            slots[i] = confirmed ? slot : directory.find(keys.word0(i), keys.word1(i), keys.length(i), hashes[i]);
        }
    }
}
