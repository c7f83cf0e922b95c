package io.needletail.server.session;

/** What a shard's thread asks of its mirrors: whether it may serve at all, and how many of them count. */
public interface MirrorState {
    /** There are none, and none are asked for. */
    MirrorState NONE = new MirrorState() {
        @Override
        public boolean mayServe(long nowNs) {
            return true;
        }

        @Override
        public long leaseUntilNs(long unboundedNs) {
            return unboundedNs;
        }

        @Override
        public int count() {
            return 0;
        }

        @Override
        public int least() {
            return Integer.MAX_VALUE;
        }

        @Override
        public int needed() {
            return 0;
        }

        @Override
        public long lagNs() {
            return 0;
        }

        @Override
        public long keptSequence() {
            return Long.MAX_VALUE;
        }

        @Override
        public long dropped() {
            return 0;
        }
    };

    /** Whether this member is still entitled to serve and to acknowledge. */
    boolean mayServe(long nowNs);

    /**
     * The shard's lease as readers see it.
     *
     * @param unboundedNs as it would be without mirrors
     */
    long leaseUntilNs(long unboundedNs);

    /** Mirrors that have all that was acknowledged. */
    int count();

    /** The smallest n of MIRRORED(n) that is offered. */
    int least();

    /** With fewer mirrors nothing is changed. */
    int needed();

    /** How long the slowest mirror takes to say that it has something, 0 while all have all. */
    long lagNs();

    /** Of the last change that the slowest mirror has, where one lacks any; else more than any. */
    long keptSequence();

    /** Mirrors that were dropped, since start. */
    long dropped();
}
