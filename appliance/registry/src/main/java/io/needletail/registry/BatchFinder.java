package io.needletail.registry;

import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.ShortKeys;

/**
 * Finds the slots of a batch. Keys that are all short go to {@link ShortKeyFinder}. A mixed one is searched in stages, so that
 * the waits for memory overlap: hash all keys, touch all first buckets, compare and touch all slots, then decide one by one. A
 * key that its first candidate is not is looked up the plain way, so the answers are those of {@link Directory#find}. For the
 * owner thread.
 */
final class BatchFinder {
    private final Registry registry;
    private final Directory directory;
    private final long[] hashes = new long[Batch.MAX_LENGTH];
    private final long[] slots = new long[Batch.MAX_LENGTH];

    /** What was touched goes here, or the compiler drops the loads. */
    private long touched;

    private final ShortKeyFinder shortKeys;

    BatchFinder(Registry registry, Directory directory, KeyHash keyHash, KeyedSlots keyed) {
        this.registry = registry;
        this.directory = directory;
        shortKeys = new ShortKeyFinder(directory, keyHash, keyed, hashes, slots);
    }

    /** Short keys are searched so from here on; null for the search in Java. */
    void searchWith(KeySearch search) {
        shortKeys.searchWith(search);
    }

    void probeWith(BucketProbe probe) {
        shortKeys.probeWith(probe);
    }

    void find(Batch batch) {
        int length = batch.length();
        assert length <= Batch.MAX_LENGTH : "length=" + length;
        if (batch.isAllByShortKey()) {
            shortKeys.find(batch.shortKeys(), length);
        } else {
            findMixed(batch, length);
        }
    }

    void find(ShortKeys keys) {
        shortKeys.find(keys, keys.count());
    }

    private void findMixed(Batch batch, int length) {
        hash(batch, length);
        touchBuckets(batch, length);
        touchSlots(batch, length);
        for (int i = 0; i < length; i++) {
            if (batch.isByKey(i)) {
                slots[i] = directory.confirm(slots[i], batch.key(i), hashes[i]);
            }
        }
    }

    /** The slot of a key of the batch, or -1; of a handle the slot it names, which may not exist. */
    long slot(int index) {
        assert index >= 0 && index < Batch.MAX_LENGTH : "index=" + index;
        return slots[index];
    }

    /** The hash of a key of the batch. */
    long hash(int index) {
        return hashes[index];
    }

    private void hash(Batch batch, int length) {
        for (int i = 0; i < length; i++) {
            if (batch.isByKey(i)) {
                hashes[i] = registry.hash(batch.key(i));
            } else {
                slots[i] = Handle.slot(batch.handle(i));
            }
        }
    }

    private void touchBuckets(Batch batch, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            if (batch.isByKey(i)) {
                sum += Loads.getLong(directory.firstBucketAddress(hashes[i]));
            }
        }
        touched += sum;
    }

    private void touchSlots(Batch batch, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            if (batch.isByKey(i)) {
                slots[i] = directory.candidate(hashes[i]);
            }
            if (slots[i] >= 0 && slots[i] < registry.slots()) {
                sum += Loads.getLong(registry.slotAddress(slots[i]));
            }
        }
        touched += sum;
    }
}
