package io.needletail.engine;

/** Told where the log of the epochs before ends, while the ring still holds it and nothing new was written behind it. */
@FunctionalInterface
public interface BeforeEpoch {
    void ringEnds(long position);

    /** The epoch's versions begin there or above: others may know of epochs that this region has lost, or never had. */
    default long leastVersion() {
        return 1;
    }

    /** The same with another least version. */
    default BeforeEpoch withVersionsFrom(long least) {
        return new BeforeEpoch() {
            @Override
            public void ringEnds(long position) {
                BeforeEpoch.this.ringEnds(position);
            }

            @Override
            public long leastVersion() {
                return least;
            }
        };
    }
}
