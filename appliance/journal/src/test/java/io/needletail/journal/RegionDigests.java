package io.needletail.journal;

import java.util.HashMap;
import java.util.Map;

/** What the region of a shard was, by the sequence of its last change. */
final class RegionDigests {
    private final Map<Long, Long> digests = new HashMap<>();

    /** Behind each call. A sequence that was lost, with its region, is issued again: the last one of that number counts. */
    void note(JournalledShard shard) {
        digests.putAll(shard.digestsInsideABatch());
        digests.put(shard.engine.sequence(), JournalledShard.digest(shard.region));
    }

    void clear() {
        digests.clear();
    }

    /** Whether it is known what the region was: behind a change, and not behind some of a group's. */
    boolean isKnown(long sequence) {
        return digests.containsKey(sequence);
    }

    /** Whether a region is what it was behind that change. */
    boolean isRight(long sequence, long digest) {
        return isKnown(sequence) && digests.get(sequence) == digest;
    }
}
