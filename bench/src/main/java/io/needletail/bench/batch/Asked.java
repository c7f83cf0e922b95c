package io.needletail.bench.batch;

import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.bench.data.Questions;
import io.needletail.engine.ShardEngine;

/**
 * What every kind of get is asked for, once for all of them.
 *
 * @param handles in the order of asking
 * @param keys two words each, in the same order
 * @param mask of a place in the order
 */
record Asked(ShardEngine engine, long[] handles, long[] keys, int mask) {
    static Asked of(Questions questions, EmbeddedRegion region) {
        return new Asked(
                region.engine(), questions.inOrder(region.handles()), questions.keysInOrder(), questions.mask());
    }

    /** The handles for who asks for so many that stand in one piece: a smaller set again and again. */
    long[] handlesFor(int length) {
        long[] repeated = new long[Math.max(length, handles.length)];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = handles[i & mask];
        }
        return repeated;
    }
}
