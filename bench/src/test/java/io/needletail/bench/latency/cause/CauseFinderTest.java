package io.needletail.bench.latency.cause;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CauseFinderTest {
    private static SlowSample sample(long intended, long completed) {
        return new SlowSample(0, false, intended, intended, completed, false, false);
    }

    @Test
    void shouldNameWhatStoodStillForAGoodPartOfTheSample() {
        CauseFinder finder = new CauseFinder(List.of(new Interval(100, 200, Cause.HICCUP_SERVER)));
        assertThat(finder.explain(sample(90, 210))).containsExactly(Cause.HICCUP_SERVER);
        assertThat(finder.explain(sample(190, 500))).doesNotContain(Cause.HICCUP_SERVER);
    }

    @Test
    void shouldNameTheSwitchAndNotTheHiccupThatItIs() {
        CauseFinder finder = new CauseFinder(List.of(
                new Interval(100, 200, Cause.HICCUP_CLIENT),
                new Interval(100, 200, Cause.SWITCH_CLIENT),
                new Interval(100, 200, Cause.HICCUP_SERVER)));
        assertThat(finder.explain(sample(100, 210)))
                .containsExactlyInAnyOrder(Cause.SWITCH_CLIENT, Cause.HICCUP_SERVER);
    }

    @Test
    void shouldFindALongIntervalThatBeganLongBeforeOthers() {
        CauseFinder finder = new CauseFinder(List.of(
                new Interval(0, 10_000, Cause.SAFEPOINT_SERVER),
                new Interval(4_000, 4_001, Cause.HICCUP_CLIENT),
                new Interval(5_000, 5_001, Cause.HICCUP_CLIENT)));
        assertThat(finder.explain(sample(9_000, 10_100))).containsExactly(Cause.SAFEPOINT_SERVER);
    }

    @Test
    void shouldSayThatASampleOnlyQueuedBehindASlowOne() {
        CauseFinder finder = new CauseFinder(List.of(new Interval(100, 200, Cause.HICCUP_SERVER)));
        finder.explain(sample(100, 300));
        assertThat(finder.explain(sample(250, 320))).containsExactly(Cause.BACKLOG);
    }

    @Test
    void shouldAdmitThatItDoesNotKnow() {
        assertThat(new CauseFinder(List.of()).explain(sample(0, 10))).containsExactly(Cause.UNKNOWN);
    }

    @Test
    void shouldTellBackPressureAndRetries() {
        SlowSample sample = new SlowSample(0, true, 0, 5, 10, true, true);
        assertThat(new CauseFinder(List.of()).explain(sample))
                .containsExactlyInAnyOrder(Cause.BACK_PRESSURE, Cause.RETRY);
    }

    @Test
    void shouldReadTheSafepointsOfAJvmsLog(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("safepoints.log");
        Files.writeString(log, """
                [13269018480796ns] Safepoint "G1CollectFull", Time since last: 77836 ns, Reaching safepoint: 1012 ns, \
                At safepoint: 4746172 ns, Leaving safepoint: 1052 ns, Total: 4748236 ns, Threads: 0 runnable, 10 total
                something else
                """);
        assertThat(SafepointLog.read(log))
                .containsExactly(new SafepointLog.Safepoint(13269018480796L - 4748236, 13269018480796L));
        assertThat(SafepointLog.read(folder.resolve("none"))).isEmpty();
    }

    @Test
    void shouldNoteEveryGapOfASpinningLoopOnce() {
        GapRecorder gaps = new GapRecorder(10);
        gaps.begin(0);
        for (long now : new long[] {5, 9, 30, 31, 41, 60}) {
            gaps.look(now);
        }
        assertThat(gaps.gaps()).extracting(GapRecorder.Gap::began).containsExactly(9L, 41L);
        assertThat(gaps.gaps()).extracting(GapRecorder.Gap::ended).containsExactly(30L, 60L);
        assertThat(gaps.dropped()).isZero();
    }
}
