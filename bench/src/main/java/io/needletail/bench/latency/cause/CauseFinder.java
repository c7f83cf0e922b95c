package io.needletail.bench.latency.cause;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Finds what explains a slow sample: everything that stood still for a good part of its time. Several causes can be true of
 * one sample; a switch, a fault or a safepoint is named instead of the hiccup that it is.
 */
public final class CauseFinder {
    /** An interval must cover this share of a sample's latency to have caused it. */
    private static final double SHARE = 0.25;

    private final List<Interval> intervals;
    private final long longest;
    private long backlogUntil = Long.MIN_VALUE;

    public CauseFinder(List<Interval> intervals) {
        this.intervals = intervals.stream()
                .sorted(Comparator.comparingLong(Interval::began))
                .toList();
        longest = intervals.stream().mapToLong(i -> i.ended() - i.began()).max().orElse(0);
    }

    /** The causes of a sample; samples are given in the order of their sequence. */
    public Set<Cause> explain(SlowSample sample) {
        Set<Cause> causes = EnumSet.noneOf(Cause.class);
        for (int i = firstAfter(sample.intended() - longest); i < intervals.size(); i++) {
            Interval interval = intervals.get(i);
            if (interval.began() >= sample.completed()) {
                break;
            }
            if (interval.overlap(sample.intended(), sample.completed()) >= SHARE * sample.latency()) {
                causes.add(interval.cause());
            }
        }
        if (sample.pressured()) {
            causes.add(Cause.BACK_PRESSURE);
        }
        if (sample.retried()) {
            causes.add(Cause.RETRY);
        }
        if (causes.isEmpty() && sample.intended() <= backlogUntil) {
            causes.add(Cause.BACKLOG);
        }
        if (causes.isEmpty()) {
            causes.add(Cause.UNKNOWN);
        }
        backlogUntil = Math.max(backlogUntil, sample.completed());
        dropWhatIsNamedBetter(causes);
        return causes;
    }

    private int firstAfter(long began) {
        int low = 0;
        int high = intervals.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (intervals.get(middle).began() < began) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static void dropWhatIsNamedBetter(Set<Cause> causes) {
        if (causes.contains(Cause.SWITCH_CLIENT)
                || causes.contains(Cause.FAULT_CLIENT)
                || causes.contains(Cause.SAFEPOINT_CLIENT)) {
            causes.remove(Cause.HICCUP_CLIENT);
        }
        if (causes.contains(Cause.SWITCH_SERVER)
                || causes.contains(Cause.FAULT_SERVER)
                || causes.contains(Cause.SAFEPOINT_SERVER)) {
            causes.remove(Cause.HICCUP_SERVER);
        }
    }
}
