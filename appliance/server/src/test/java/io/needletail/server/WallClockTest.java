package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WallClockTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldFollowAClockThatWasSetWithoutEverJumping() {
        WallClock clock = new WallClock(0, 1_000 * SECOND_NS);
        long last = clock.epochNs(0);
        for (long s = 1; s < 100; s++) {
            clock.adjust(s * SECOND_NS, (2_000 + s) * SECOND_NS); // set 1,000 s ahead
            long now = clock.epochNs(s * SECOND_NS);
            assertThat(now - last).isBetween(SECOND_NS, SECOND_NS + SECOND_NS * WallClock.MAX_SLEW_PPM / 1_000_000);
            last = now;
        }
    }

    @Test
    void shouldKeepRunningForwardWhenTheClockIsSetBack() {
        WallClock clock = new WallClock(0, 1_000 * SECOND_NS);
        clock.adjust(SECOND_NS, 0);
        assertThat(clock.epochNs(SECOND_NS)).isGreaterThan(1_000 * SECOND_NS);
    }

    @Test
    void shouldCorrectASmallErrorExactly() {
        WallClock clock = new WallClock(0, 1_000 * SECOND_NS);
        clock.adjust(SECOND_NS, 1_001 * SECOND_NS + 1_000);
        assertThat(clock.epochNs(SECOND_NS)).isEqualTo(1_001 * SECOND_NS + 1_000);
    }
}
