package io.needletail.registry;

/** Compares the eight fingerprints of a directory bucket with one. All implementations give the same answer, bit for bit. */
abstract class BucketProbe {
    /** The widest probe this processor compares in one or two instructions. */
    static final BucketProbe PREFERRED =
            VectorBucketProbe.isSupported() ? new VectorBucketProbe() : new ScalarBucketProbe();

    /** Bit 2 * lane + 1 is set for every lane whose fingerprint is equal; other bits are 0. */
    abstract long match(long bucketAddress, int fingerprint);
}
