package io.needletail.registry;

import io.needletail.registry.view.Batch;
import io.needletail.registry.view.ShortKeys;
import java.lang.foreign.MemorySegment;

/**
 * Finds the slots of a batch whose keys are all short, in stages over plain arrays: hash all, compare all first buckets, then the keys.
 * Each stage is a loop of its own that the compiler inlines whole; what the waits for memory of one key leave free the next one
 * uses. With a {@link KeySearch} in C all stages are one call. For the owner thread.
 */
final class ShortKeyFinder {
    private final Directory directory;
    private final KeyHash keyHash;
    private final KeyedSlots keyed;
    private final MemorySegment table;
    private final ShortKeyCrc crc = new ShortKeyCrc();
    private final long[] matches = new long[Batch.MAX_LENGTH];
    private final long[] hashes;
    private final int[] fingerprints;
    private final long[] slots;
    private final MemorySegment hashMemory;
    private final MemorySegment fingerprintMemory;
    private final MemorySegment slotMemory;
    /** Null for the stages in Java. */
    private KeySearch search;

    ShortKeyFinder(
            Directory directory, KeyHash keyHash, KeyedSlots keyed, long[] hashes, int[] fingerprints, long[] slots) {
        this.directory = directory;
        this.keyHash = keyHash;
        this.keyed = keyed;
        this.hashes = hashes;
        this.fingerprints = fingerprints;
        this.slots = slots;
        table = MemorySegment.ofArray(new long[] {
            directory.address(), directory.buckets(), keyed.address(0), keyHash.secret0(), keyHash.secret1()
        });
        hashMemory = MemorySegment.ofArray(hashes);
        fingerprintMemory = MemorySegment.ofArray(fingerprints);
        slotMemory = MemorySegment.ofArray(slots);
    }

    void searchWith(KeySearch other) {
        search = other;
    }

    void find(ShortKeys keys, int length) {
        if (search != null) {
            search.find(
                    table, keys.wordMemory(), keys.lengthMemory(), length, hashMemory, fingerprintMemory, slotMemory);
            return;
        }
        hash(keys, length);
        fingerprint(keys, length);
        match(length);
        confirm(keys, length);
    }

    private void hash(ShortKeys keys, int length) {
        for (int i = 0; i < length; i++) {
            hashes[i] = keyHash.hashInline(keys.word0(i), keys.word1(i), keys.length(i));
        }
    }

    private void fingerprint(ShortKeys keys, int length) {
        for (int i = 0; i < length; i++) {
            fingerprints[i] = crc.of(keys.word0(i), keys.word1(i), keys.length(i));
        }
    }

    private void match(int length) {
        for (int i = 0; i < length; i++) {
            matches[i] = directory.matchFirst(hashes[i], fingerprints[i]);
        }
    }

    private void confirm(ShortKeys keys, int length) {
        for (int i = 0; i < length; i++) {
            long slot = matches[i] == 0 ? Directory.NOT_FOUND : directory.slotOf(hashes[i], matches[i]);
            boolean confirmed = slot >= 0 && keyed.keyEquals(slot, keys.word0(i), keys.word1(i), keys.length(i));
            slots[i] = confirmed
                    ? slot
                    : directory.find(keys.word0(i), keys.word1(i), keys.length(i), hashes[i], fingerprints[i]);
        }
    }
}
