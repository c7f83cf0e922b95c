package io.needletail.bench.batch;

import io.needletail.registry.Registry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.SlotLayout;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Gets by handle whose identities are compared with vectors: a twin that keeps no answers, about as fast as the plain loop where all is
 * in a cache and behind {@link ViewedBatchGets} beyond. Words come from as many slots as a vector has lanes, and there is no gather from
 * native memory: they go through an array, narrow stores before a wide load.
 */
public final class VectorHandleGets implements BatchedGets {
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
    private int cursor;

    VectorHandleGets(Asked all, int length) {
        this(all.engine().registry(), all.handlesFor(length), length);
    }

    /** @param length of a batch */
    public VectorHandleGets(Registry registry, long[] handles, int length) {
        this.registry = registry;
        this.handles = handles;
        this.length = length;
        mask = handles.length - 1;
        shardBits = (long) registry.header().shard() << 24;
    }

    @Override
    public long some() {
        long sum = 0;
        for (int i = 0; i < SOME; i += length) {
            int first = cursor & mask;
            cursor += length;
            if (stale(handles, first, length) != 0) {
                throw new IllegalStateException("a stale handle");
            }
            for (int entry = first; entry < first + length; entry++) {
                sum += value(handles[entry]);
            }
        }
        return sum;
    }

    /** A bit for each of so many handles, from an offset on, that is stale; all must name slots that there are. */
    public long stale(long[] asked, int offset, int count) {
        long stale = 0;
        int at = 0;
        for (; at + SPECIES.length() <= count; at += SPECIES.length()) {
            stale |= several(asked, offset + at) << at;
        }
        for (; at < count; at++) {
            stale |= one(asked[offset + at]) << at;
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

    /** Of one that is not stale, folded. */
    long value(long handle) {
        long address = registry.slotAddress(Handle.slot(handle)) + SlotLayout.VALUE_OFFSET;
        return Loads.getLong(address) ^ Loads.getLong(address + Long.BYTES);
    }
}
