package io.needletail.client.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseWatchTest {
    private static final long LEFT_NS = 1_000_000;
    private static final long SKEW_NS = 10_000;

    @Test
    void shouldKnowNothingBeforeTheLeaseWasSeenToChange() {
        LeaseWatch watch = new LeaseWatch(500);
        assertThat(watch.holds(500)).isFalse();
        watch.shown(77, LEFT_NS, 600);
        watch.shown(77, LEFT_NS, 700);
        assertThat(watch.holds(701)).isFalse();
    }

    /** When the lease was written is not known, but not before the read that still showed the old one was posted. */
    @Test
    void shouldCountFromTheReadThatShowedAnotherLease() {
        LeaseWatch watch = new LeaseWatch(0);
        watch.shown(77, LEFT_NS, 2_000_000);
        watch.shown(77, LEFT_NS, 3_000_000);
        watch.shown(78, LEFT_NS, 3_500_000);
        assertThat(watch.holds(3_000_000 + LEFT_NS - SKEW_NS - 1)).isTrue();
        assertThat(watch.holds(3_000_000 + LEFT_NS - SKEW_NS)).isFalse();
    }

    /** A shard that was deposed writes that nothing is left, and one whose mirrors are slow that little is. */
    @Test
    void shouldTrustNoLongerThanWhatWasLeftNorALineOfTwoMoments() {
        LeaseWatch watch = new LeaseWatch(0);
        watch.shown(1, LEFT_NS, 1_000);
        watch.shown(2, 0, 2_000);
        assertThat(watch.holds(2_001)).isFalse();
        watch.shown(3, 100, 3_000);
        assertThat(watch.holds(2_000 + 98)).isTrue();
        assertThat(watch.holds(2_000 + 99)).isFalse();
    }

    @Test
    void shouldNotShortenWhatItKnows() {
        LeaseWatch watch = new LeaseWatch(0);
        watch.shown(1, LEFT_NS, 1_000);
        watch.shown(2, LEFT_NS, 2_000);
        watch.shown(3, 10, 3_000);
        assertThat(watch.holds(1_000 + LEFT_NS - SKEW_NS - 1)).isTrue();
    }

    /** A clock may begin anywhere. */
    @Test
    void shouldDoThroughTheEndOfTheNumbers() {
        LeaseWatch watch = new LeaseWatch(Long.MAX_VALUE - 20);
        watch.shown(1, LEFT_NS, Long.MAX_VALUE - 10);
        watch.shown(2, LEFT_NS, Long.MAX_VALUE - 5);
        assertThat(watch.holds(Long.MAX_VALUE)).isTrue();
        assertThat(watch.holds(Long.MIN_VALUE + LEFT_NS)).isFalse();
    }
}
