package io.needletail.bench.batch;

/** One way to get entries, for a timing loop. */
interface BatchedGets {
    /** Entries that {@link #some} gets: a multiple of every batch length, long enough to hide the clock. */
    int SOME = 4_096;

    /** Gets the next entries in the order of asking; a sum over what was read of them. */
    long some();
}
