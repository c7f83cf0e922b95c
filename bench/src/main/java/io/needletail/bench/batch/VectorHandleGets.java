package io.needletail.bench.batch;

import io.needletail.registry.Registry;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.SlotLayout;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Gets by handle whose identities are compared with vectors: a twin, behind the plain loop although it fills no entries. Words
 * come from as many slots as a vector has lanes, and there is no gather from native memory: they go through an array, narrow
 * stores before a wide load.
 */
final class VectorHandleGets implements BatchedGets {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;

    /** The bits of a slot's word that say what it holds. */
    private static final long KIND = 0x1FL << 24;

    private static final long FREE = SlotLayout.word(0, SlotLayout.KIND_FREE);

    private final Registry registry;
    private final long[] handles;
    private final int mask;
    private final int length;
    private final long shardBits;
    private final long[] words = new long[SPECIES.length()];
    private final long[] asked = new long[Batch.MAX_LENGTH];
    private final long[] answers = new long[Batch.MAX_LENGTH];
    private int cursor;

    VectorHandleGets(Asked all, int length) {
        this(all.engine().registry(), all.handles(), all.mask(), length);
    }

    VectorHandleGets(Registry registry, long[] handles, int mask, int length) {
        this.registry = registry;
        this.handles = handles;
        this.mask = mask;
        this.length = length;
        shardBits = (long) registry.header().shard() << 24;
    }

    @Override
    public long some() {
        long sum = 0;
        for (int i = 0; i < SOME; i += length) {
            for (int entry = 0; entry < length; entry++) {
                asked[entry] = handles[cursor++ & mask];
            }
            if (get(asked, answers, length) != 0) {
                throw new IllegalStateException("a stale handle");
            }
            for (int entry = 0; entry < length; entry++) {
                sum += answers[entry];
            }
        }
        return sum;
    }

    /** Takes the value of each handle that is not stale, folded; a bit for each that is. All must name slots that there are. */
    long get(long[] asked, long[] answers, int length) {
        long stale = 0;
        int at = 0;
        for (; at + SPECIES.length() <= length; at += SPECIES.length()) {
            stale |= several(asked, at) << at;
        }
        for (; at < length; at++) {
            stale |= one(asked[at]) << at;
        }
        for (int i = 0; i < length; i++) {
            answers[i] = (stale >>> i & 1) == 0 ? value(asked[i]) : 0;
        }
        return stale;
    }

    private long several(long[] asked, int at) {
        for (int lane = 0; lane < words.length; lane++) {
            words[lane] = registry.word(Handle.slot(asked[at + lane]));
        }
        LongVector expected = LongVector.fromArray(SPECIES, asked, at).lanewise(VectorOperators.LSHR, 32);
        LongVector slots = LongVector.fromArray(SPECIES, words, 0);
        LongVector found =
                slots.lanewise(VectorOperators.AND, Handle.MAX_GENERATION).lanewise(VectorOperators.OR, shardBits);
        return found.compare(VectorOperators.NE, expected)
                .or(slots.lanewise(VectorOperators.AND, KIND).compare(VectorOperators.EQ, FREE))
                .toLong();
    }

    private long one(long handle) {
        int word = registry.word(Handle.slot(handle));
        long found = (word & Handle.MAX_GENERATION) | shardBits;
        return found == handle >>> 32 && (word & KIND) != FREE ? 0 : 1;
    }

    private long value(long handle) {
        long address = registry.slotAddress(Handle.slot(handle)) + SlotLayout.VALUE_OFFSET;
        return Loads.getLong(address) ^ Loads.getLong(address + Long.BYTES);
    }
}
