package io.needletail.bench.latency;

import io.needletail.bench.latency.cause.SlowSample;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Histograms of a run's samples, by operation and interval, and the slow samples one by one. Everything is allocated, and
 * touched, before the run.
 */
public final class SampleRecorder implements SampleSink {
    /** Intervals that a run is cut into: what confidence intervals are drawn from. */
    public static final int INTERVALS = 24;

    private static final int MAX_SLOW = 1 << 16;

    private final long count;
    private final long counterCost;
    private final long threshold;
    private final Histogram[][] response = new Histogram[2][INTERVALS];
    private final Histogram[] service = new Histogram[2];
    private final long[] slow = new long[5 * MAX_SLOW];
    private int slowKept;
    private long slowSeen;

    /**
     * @param count samples the run will have
     * @param highestTicks longer ones are recorded as this
     * @param counterCost ticks that one reading of the counter takes, subtracted from every sample
     * @param thresholdTicks a sample over it is kept with its times
     */
    public SampleRecorder(long count, long highestTicks, long counterCost, long thresholdTicks) {
        this.count = count;
        this.counterCost = counterCost;
        threshold = thresholdTicks;
        for (int write = 0; write < 2; write++) {
            service[write] = new Histogram(highestTicks, 3);
            for (int i = 0; i < INTERVALS; i++) {
                response[write][i] = new Histogram(highestTicks, 3);
            }
        }
    }

    @Override
    public void add(
            long sequence,
            boolean write,
            long intended,
            long sent,
            long completed,
            boolean pressured,
            boolean retried) {
        int operation = write ? 1 : 0;
        long latencyTicks = Math.max(0, completed - intended - counterCost);
        Histogram histogram = response[operation][(int) (sequence * INTERVALS / count)];
        histogram.recordValue(Math.min(histogram.getHighestTrackableValue(), latencyTicks));
        service[operation].recordValue(
                Math.min(histogram.getHighestTrackableValue(), Math.max(0, completed - sent - counterCost)));
        if (latencyTicks > threshold) {
            keep(sequence, intended, sent, completed, operation | (pressured ? 2 : 0) | (retried ? 4 : 0));
        }
    }

    private void keep(long sequence, long intended, long sent, long completed, int flags) {
        slowSeen++;
        if (slowKept < MAX_SLOW) {
            int at = 5 * slowKept++;
            slow[at] = sequence;
            slow[at + 1] = intended;
            slow[at + 2] = sent;
            slow[at + 3] = completed;
            slow[at + 4] = flags;
        }
    }

    /** Response times from the intended sending on, one histogram an interval. */
    public Histogram[] response(boolean write) {
        return response[write ? 1 : 0];
    }

    /** Times from the actual sending on. */
    public Histogram service(boolean write) {
        return service[write ? 1 : 0];
    }

    /** The response times of the whole run. */
    public Histogram total(boolean write) {
        Histogram total = new Histogram(response[0][0].getHighestTrackableValue(), 3);
        for (Histogram interval : response(write)) {
            total.add(interval);
        }
        return total;
    }

    /** The first slow samples, as many as could be kept. */
    public List<SlowSample> slowSamples() {
        List<SlowSample> samples = new ArrayList<>(slowKept);
        for (int i = 0; i < slowKept; i++) {
            int at = 5 * i;
            long flags = slow[at + 4];
            samples.add(new SlowSample(
                    slow[at],
                    (flags & 1) != 0,
                    slow[at + 1],
                    slow[at + 2],
                    slow[at + 3],
                    (flags & 2) != 0,
                    (flags & 4) != 0));
        }
        return samples;
    }

    /** All samples over the threshold, kept or not. */
    public long slowSeen() {
        return slowSeen;
    }
}
