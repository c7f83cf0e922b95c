package io.needletail.bench.batch;

import java.util.List;

/** The lengths of the curve: powers of two up to the longest batch. */
final class BatchLengths {
    static final List<Integer> ALL = List.of(1, 2, 4, 8, 16, 32, 64);

    private BatchLengths() {}
}
