package io.needletail.bench.latency;

import io.needletail.bench.latency.cause.GapRecorder;
import io.needletail.bench.latency.tier.Target;

/**
 * Sends at the schedule's times and takes answers in between, on one spinning thread. Latency counts from the intended time.
 * With {@code closed} it is the classical mistake instead: the next operation waits for the last answer and latency counts
 * from its sending, so that what a stall kept from being sent is never measured. That mode exists to show the difference.
 */
public final class OpenLoop implements Target.Completions {
    /** More than any session's window. */
    private static final int MAX_IN_FLIGHT = 1 << 12;

    private static final int LOOPS_PER_TIMEOUT_CHECK = 1 << 20;

    private final Ticker ticker;
    private final Target target;
    private final Workload workload;
    private final Schedule schedule;
    private final boolean closed;
    private final long[] intended = new long[MAX_IN_FLIGHT];
    private final long[] sent = new long[MAX_IN_FLIGHT];
    private final boolean[] pressured = new boolean[MAX_IN_FLIGHT];

    private SampleSink sink;
    private long completed;
    private long lastCompletion;
    private long lastSent;

    public OpenLoop(Ticker ticker, Target target, Workload workload, Schedule schedule, boolean closed) {
        this.ticker = ticker;
        this.target = target;
        this.workload = workload;
        this.schedule = schedule;
        this.closed = closed;
        target.onCompletion(this);
    }

    /**
     * Runs {@code count} operations.
     *
     * @param silenceTicks gives up when nothing was answered for so long
     * @return ticks from the first intended time to the last completion
     */
    public long run(long count, SampleSink samples, GapRecorder gaps, long silenceTicks) {
        sink = samples;
        completed = 0;
        long start = ticker.now();
        lastCompletion = start;
        lastSent = start;
        schedule.begin(start);
        gaps.begin(start);
        long next = 0;
        int loops = 0;
        while (completed < count) {
            long now = ticker.now();
            gaps.look(now);
            if (next < count && mayTrySending(next, now)) {
                next += send(next, now) ? 1 : 0;
            } else {
                target.poll();
            }
            if (++loops % LOOPS_PER_TIMEOUT_CHECK == 0 && isSilent(next, now, silenceTicks)) {
                throw new IllegalStateException("no answer for long: sent=" + next + " answered=" + completed);
            }
        }
        return lastCompletion - start;
    }

    /** Somebody owes an answer, and neither sending nor answering has happened for too long. */
    private boolean isSilent(long next, long now, long silenceTicks) {
        return next > completed && now - Math.max(lastCompletion, lastSent) > silenceTicks;
    }

    private boolean mayTrySending(long next, long now) {
        return now >= schedule.intended() && next - completed < (closed ? 1 : MAX_IN_FLIGHT);
    }

    private boolean send(long next, long now) {
        int at = (int) next & (MAX_IN_FLIGHT - 1);
        intended[at] = closed ? now : schedule.intended();
        sent[at] = now;
        if (target.send(next, workload.entry(next), workload.isWrite(next))) {
            schedule.advance();
            lastSent = now;
            return true;
        }
        pressured[at] = true; // no room: it waits, and its latency grows from its intended time on
        target.poll();
        return false;
    }

    @Override
    public void completed(long sequence, boolean retried) {
        long now = ticker.now();
        int at = (int) sequence & (MAX_IN_FLIGHT - 1);
        completed++;
        lastCompletion = now;
        sink.add(sequence, workload.isWrite(sequence), intended[at], sent[at], now, pressured[at], retried);
        pressured[at] = false;
    }
}
