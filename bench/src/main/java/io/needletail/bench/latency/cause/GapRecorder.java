package io.needletail.bench.latency.cause;

import io.needletail.memory.ThreadUsage;
import java.util.ArrayList;
import java.util.List;

/**
 * The hiccup recorder of a core whose thread spins: it notes when the thread's loop took too long, and asks the kernel what
 * happened to the thread meanwhile. A thread of its own on that core would itself be the hiccup.
 */
public final class GapRecorder {
    private static final int CAPACITY = 1 << 16;

    private final long threshold;
    private final ThreadUsage usage = new ThreadUsage();
    private final long[] began = new long[CAPACITY];
    private final long[] ended = new long[CAPACITY];
    private final int[] switches = new int[CAPACITY];
    private final int[] faults = new int[CAPACITY];
    private int count;
    private long dropped;
    private long last;
    private long switchesBefore;
    private long faultsBefore;

    /** @param thresholdTicks a longer gap between two looks is a hiccup */
    public GapRecorder(long thresholdTicks) {
        threshold = thresholdTicks;
    }

    /** A time that the thread stood still, in ticks; switches and faults are the thread's own meanwhile. */
    public record Gap(long began, long ended, int switches, int faults) {}

    /** Forgets what was, on the thread that will look. */
    public void begin(long now) {
        count = 0;
        dropped = 0;
        remember();
        last = now;
    }

    /** Once a loop. */
    public void look(long now) {
        if (now - last > threshold) {
            note(now);
        }
        last = now;
    }

    private void note(long now) {
        long switchesThen = switchesBefore;
        long faultsThen = faultsBefore;
        remember();
        if (count == CAPACITY) {
            dropped++;
            return;
        }
        began[count] = last;
        ended[count] = now;
        switches[count] = (int) (switchesBefore - switchesThen);
        faults[count] = (int) (faultsBefore - faultsThen);
        count++;
    }

    private void remember() {
        usage.read();
        switchesBefore = usage.involuntarySwitches();
        faultsBefore = usage.minorFaults() + usage.majorFaults();
    }

    public List<Gap> gaps() {
        List<Gap> gaps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            gaps.add(new Gap(began[i], ended[i], switches[i], faults[i]));
        }
        return gaps;
    }

    /** Gaps beyond what could be kept. */
    public long dropped() {
        return dropped;
    }
}
