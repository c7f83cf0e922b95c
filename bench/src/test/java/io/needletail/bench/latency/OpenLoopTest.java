package io.needletail.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.bench.latency.cause.GapRecorder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The loop against a simulated server on a simulated clock: what is measured, and what is not omitted. */
class OpenLoopTest {
    private static final double TICKS_PER_SECOND = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;
    private static final Workload WORKLOAD = new Workload(Workload.Distribution.UNIFORM, 64, 0.5, 1);

    private static SampleRecorder run(SimulatedServer server, double rate, int burst, boolean closed, long count) {
        SampleRecorder recorder = new SampleRecorder(count, 1L << 40, 0, NEVER);
        loop(server, rate, burst, closed).run(count, recorder, new GapRecorder(NEVER), NEVER);
        return recorder;
    }

    private static OpenLoop loop(SimulatedServer server, double rate, int burst, boolean closed) {
        return new OpenLoop(server, server, WORKLOAD, new Schedule(rate, burst, TICKS_PER_SECOND), closed);
    }

    private static long percentile(SampleRecorder recorder, double percentile) {
        var all = recorder.total(false);
        all.add(recorder.total(true));
        return all.getValueAtPercentile(percentile);
    }

    @Test
    void shouldSeeAPausedServerInTheOpenLoopAndNotInTheClosedOne() {
        long every = 100_000;
        long pause = 20_000; // a fifth of the time
        long count = 5_000;
        SampleRecorder open = run(new SimulatedServer(20, every, pause, 4096), 1_000, 1, false, count);
        SampleRecorder closed = run(new SimulatedServer(20, every, pause, 4096), 1_000, 1, true, count);
        assertThat(percentile(open, 50)).isLessThan(100);
        assertThat(percentile(closed, 50)).isLessThan(100);
        assertThat(percentile(open, 99)).as("1,000/s against 20 ms of pause").isGreaterThan(15_000);
        assertThat(percentile(closed, 98))
                .as("one sample a pause is all it has")
                .isLessThan(100);
    }

    @Test
    void shouldMeasureFromTheIntendedTimeWhateverWasSentLate() {
        // Everything of a burst is meant for one moment: the n-th waits for n - 1 before it.
        SampleRecorder recorder = run(new SimulatedServer(1_000, 0, 0, 4096), 100, 10, false, 1_000);
        assertThat(percentile(recorder, 10)).isBetween(1_000L, 1_100L);
        assertThat(percentile(recorder, 50)).isBetween(5_000L, 5_200L);
        assertThat(percentile(recorder, 100)).isBetween(10_000L, 10_400L);
    }

    @Test
    void shouldReachTheRateThatTheServerCanDoAndNoMore() {
        for (double rate : new double[] {100, 1_000, 5_000}) {
            SimulatedServer server = new SimulatedServer(100, 0, 0, 4096);
            long count = 2_000;
            long ticks = loop(server, rate, 1, false).run(count, SampleSink.NONE, new GapRecorder(NEVER), NEVER);
            assertThat(count / (ticks / TICKS_PER_SECOND)).isBetween(0.99 * rate, 1.01 * rate);
        }
        SimulatedServer slow = new SimulatedServer(1_000, 0, 0, 4096);
        long ticks = loop(slow, 5_000, 1, false).run(2_000, SampleSink.NONE, new GapRecorder(NEVER), NEVER);
        assertThat(2_000 / (ticks / TICKS_PER_SECOND)).as("1,000 ticks each").isBetween(990.0, 1_001.0);
    }

    @Test
    void shouldMarkWhatFoundNoRoom() {
        List<Boolean> pressured = new ArrayList<>();
        SimulatedServer server = new SimulatedServer(1_000, 0, 0, 2);
        loop(server, 1_000_000, 8, false)
                .run(
                        8,
                        (sequence, write, intended, sent, completed, full, retried) -> pressured.add(full),
                        new GapRecorder(NEVER),
                        NEVER);
        assertThat(pressured).containsExactly(false, false, true, true, true, true, true, true);
    }

    @Test
    void shouldGiveUpOnAServerThatNeverAnswers() {
        SimulatedServer dead = new SimulatedServer(1L << 50, 0, 0, 4096);
        assertThatThrownBy(() -> loop(dead, 1_000, 1, false).run(10, SampleSink.NONE, new GapRecorder(NEVER), 10_000))
                .hasMessageContaining("no answer")
                .hasMessageContaining("answered=0");
    }

    @Test
    void shouldNotMissAnAnswerThatNobodyOwes() {
        // the next burst is due long after the silence that would end a run
        SampleRecorder recorder = new SampleRecorder(40, 1L << 40, 0, NEVER);
        loop(new SimulatedServer(1, 0, 0, 4096), 5, 20, false).run(40, recorder, new GapRecorder(NEVER), 1_000);
        assertThat(recorder.total(false).getTotalCount() + recorder.total(true).getTotalCount())
                .isEqualTo(40);
    }

    @Test
    void shouldGiveEveryOperationItsOwnNumberOnce() {
        List<Long> seen = new ArrayList<>();
        loop(new SimulatedServer(10, 0, 0, 16), 10_000, 3, false)
                .run(
                        100,
                        (sequence, write, intended, sent, completed, full, retried) -> {
                            seen.add(sequence);
                            assertThat(write).isEqualTo(WORKLOAD.isWrite(sequence));
                            assertThat(sent).isGreaterThanOrEqualTo(intended);
                            assertThat(completed).isGreaterThan(sent);
                        },
                        new GapRecorder(NEVER),
                        NEVER);
        assertThat(seen).hasSize(100).isSorted().doesNotHaveDuplicates();
    }
}
