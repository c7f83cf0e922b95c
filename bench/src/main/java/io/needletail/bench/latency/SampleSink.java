package io.needletail.bench.latency;

/** Takes every measured operation; times are ticks. */
@FunctionalInterface
public interface SampleSink {
    SampleSink NONE = (sequence, write, intended, sent, completed, pressured, retried) -> {};

    void add(
            long sequence, boolean write, long intended, long sent, long completed, boolean pressured, boolean retried);
}
