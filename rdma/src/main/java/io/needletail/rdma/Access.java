package io.needletail.rdma;

/** What others may do with registered memory. Rings may be written; regions are read, and nobody writes to one but its shard. */
public enum Access {
    /** Nothing: it is what this side writes from and reads into. */
    LOCAL(0),
    REMOTE_READ(1),
    REMOTE_WRITE(2);

    private final int bits;

    Access(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }
}
