package io.needletail.engine;

/** Asked and told before a region's next epoch is opened: nothing of it is written yet, and the ring still holds what was before. */
@FunctionalInterface
public interface BeforeEpoch {
    /** Where the log of the epochs before ends. */
    void ringEnds(long position);

    /** The epoch's versions begin there or above: others may know of epochs that this region has lost, or never had. */
    default long leastVersion() {
        return 1;
    }

    /** The last word: from here on the epoch is opened. Who does not agree throws. */
    default void opens(long epoch, long firstVersion) {}
}
