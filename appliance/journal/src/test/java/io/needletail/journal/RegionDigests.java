package io.needletail.journal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the region of a shard was, by the sequence of its last change. */
final class RegionDigests {
    private final Map<Long, Long> digests = new HashMap<>();
    /** A batch's changes happen each for itself, and nobody looks in between. */
    private final Set<Long> insideABatch = new HashSet<>();

    private long compared;

    /** Behind each change. A sequence that was lost, with its region, is issued again: the last one of that number counts. */
    void note(JournalledShard shard) {
        digests.put(shard.engine.sequence(), JournalledShard.digest(shard.region));
        insideABatch.remove(shard.engine.sequence());
        for (long sequence = shard.batchBegan(); sequence < shard.engine.sequence(); sequence++) {
            insideABatch.add(sequence);
            digests.remove(sequence);
        }
    }

    /** How many regions were compared with what is known. */
    long compared() {
        return compared;
    }

    void clear() {
        digests.clear();
        insideABatch.clear();
    }

    /** Whether it is known what the region was. */
    boolean isKnown(long sequence) {
        return digests.containsKey(sequence);
    }

    /** Whether a region may be what it was; where that is not known, only inside a batch. */
    boolean isRight(long sequence, long digest) {
        compared += isKnown(sequence) ? 1 : 0;
        return isKnown(sequence) ? digests.get(sequence) == digest : insideABatch.contains(sequence);
    }
}
