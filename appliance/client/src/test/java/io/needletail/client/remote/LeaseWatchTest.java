package io.needletail.client.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseWatchTest {
    private static final long LEASE_NS = 1_000_000;
    private static final long SKEW_NS = 1_000;

    @Test
    void shouldHoldForALeaseFromWhenTheShardWasHeard() {
        LeaseWatch watch = new LeaseWatch(LEASE_NS, 500);
        assertThat(watch.holds(500 + LEASE_NS - SKEW_NS - 1)).isTrue();
        assertThat(watch.holds(500 + LEASE_NS - SKEW_NS)).isFalse();
    }

    /** When the lease was prolonged is not known, but not before the read that still showed the old one was posted. */
    @Test
    void shouldCountFromTheReadThatShowedAnotherLease() {
        LeaseWatch watch = new LeaseWatch(LEASE_NS, 0);
        watch.shown(77, 2_000_000);
        assertThat(watch.holds(2_000_001)).isFalse();
        watch.shown(77, 3_000_000);
        assertThat(watch.holds(3_000_001)).isFalse();
        watch.shown(78, 3_500_000);
        assertThat(watch.holds(3_000_000 + LEASE_NS - SKEW_NS - 1)).isTrue();
        assertThat(watch.holds(3_000_000 + LEASE_NS - SKEW_NS)).isFalse();
    }

    @Test
    void shouldNotShortenWhatItKnows() {
        LeaseWatch watch = new LeaseWatch(LEASE_NS, 10_000_000);
        watch.shown(1, 5_000_000);
        watch.shown(2, 5_100_000);
        assertThat(watch.holds(10_000_000 + LEASE_NS - SKEW_NS - 1)).isTrue();
    }

    /** A clock may begin anywhere. */
    @Test
    void shouldDoWithNegativeTimesAndThroughTheEndOfTheNumbers() {
        LeaseWatch watch = new LeaseWatch(LEASE_NS, Long.MAX_VALUE - 10);
        assertThat(watch.holds(Long.MAX_VALUE)).isTrue();
        assertThat(watch.holds(Long.MIN_VALUE + LEASE_NS)).isFalse();
    }
}
