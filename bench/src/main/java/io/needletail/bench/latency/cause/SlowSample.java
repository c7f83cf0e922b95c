package io.needletail.bench.latency.cause;

/**
 * One operation that took too long; times in ticks.
 *
 * @param sequence its number in the run
 * @param write whether it wrote
 * @param intended when it was meant to be sent
 * @param sent when it was
 * @param completed when its answer was taken
 * @param pressured whether it found no room when it was first tried
 * @param retried whether a read had to be taken again
 */
public record SlowSample(
        long sequence, boolean write, long intended, long sent, long completed, boolean pressured, boolean retried) {
    long latency() {
        return completed - intended;
    }
}
