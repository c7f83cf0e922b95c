package io.needletail.engine;

/** Told where the log of the epochs before ends, while the ring still holds it and nothing new was written behind it. */
@FunctionalInterface
public interface BeforeEpoch {
    void ringEnds(long position);
}
