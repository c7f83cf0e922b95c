package io.needletail.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LagTest {
    private final Lag lag = new Lag();

    @Test
    void shouldBeNothingWhileAMirrorHasAll() {
        lag.look(64, 64, 1_000);
        assertThat(lag.ns(9_000)).isZero();
    }

    @Test
    void shouldGrowWhileAMirrorSaysNothing() {
        lag.look(64, 128, 1_000);
        assertThat(lag.ns(1_000)).isZero();
        lag.look(64, 192, 5_000);
        assertThat(lag.ns(6_000)).isEqualTo(5_000);
    }

    @Test
    void shouldBeWhatItTookLastWhileALogGoesOn() {
        lag.look(64, 128, 1_000);
        lag.look(128, 256, 4_000); // took 3,000; the rest is waited for from here on
        assertThat(lag.ns(4_500)).isEqualTo(3_000);
        lag.look(192, 256, 9_000);
        assertThat(lag.ns(9_000)).isEqualTo(5_000);
        lag.look(256, 256, 10_000);
        assertThat(lag.ns(11_000)).isZero();
    }
}
