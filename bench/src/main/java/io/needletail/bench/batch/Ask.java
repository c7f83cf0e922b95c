package io.needletail.bench.batch;

/** What a batch asks for. */
enum Ask {
    BY_HANDLE,
    BY_KEY,
    /** The handles of keys, without their values. */
    RESOLVE
}
