package io.needletail.bench.batch;

import io.needletail.registry.Registry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.SlotLayout;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Gets by handle whose identities are compared with vectors: a twin, behind the plain loop although it fills no entries. Words come from as many slots
 * as a vector has lanes, and there is no gather from native memory: they go through an array, narrow stores before a wide load.
 */
final class VectorHandleGets implements BatchedGets {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;

    private final Registry registry;
    private final long[] handles;
    private final int mask;
    private final int length;
    private final long shardBits;
    private final long[] words = new long[SPECIES.length()];
    private final long[] asked = new long[64];
    private int cursor;

    VectorHandleGets(Asked all, int length) {
        registry = all.engine().registry();
        handles = all.handles();
        mask = all.mask();
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
            sum += get();
        }
        return sum;
    }

    private long get() {
        long sum = 0;
        int at = 0;
        for (; at + SPECIES.length() <= length; at += SPECIES.length()) {
            sum += several(at);
        }
        for (; at < length; at++) {
            sum += one(asked[at]);
        }
        return sum;
    }

    private long several(int at) {
        for (int lane = 0; lane < words.length; lane++) {
            words[lane] = registry.word(Handle.slot(asked[at + lane]));
        }
        LongVector expected = LongVector.fromArray(SPECIES, asked, at).lanewise(VectorOperators.LSHR, 32);
        LongVector found = LongVector.fromArray(SPECIES, words, 0)
                .lanewise(VectorOperators.AND, Handle.MAX_GENERATION)
                .lanewise(VectorOperators.OR, shardBits);
        if (!found.compare(VectorOperators.EQ, expected).allTrue()) {
            throw new IllegalStateException("a stale handle");
        }
        long sum = 0;
        for (int lane = 0; lane < words.length; lane++) {
            sum += value(asked[at + lane]);
        }
        return sum;
    }

    private long one(long handle) {
        if (((registry.word(Handle.slot(handle)) & Handle.MAX_GENERATION) | shardBits) != handle >>> 32) {
            throw new IllegalStateException("a stale handle");
        }
        return value(handle);
    }

    private long value(long handle) {
        long address = registry.slotAddress(Handle.slot(handle)) + SlotLayout.VALUE_OFFSET;
        return Loads.getLong(address) ^ Loads.getLong(address + Long.BYTES);
    }
}
