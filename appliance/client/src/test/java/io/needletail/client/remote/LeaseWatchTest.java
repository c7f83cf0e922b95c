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
        watch.shown(77, LEFT_NS, LeaseWatch.NO_AGE, 600);
        watch.shown(77, LEFT_NS, LeaseWatch.NO_AGE, 700);
        assertThat(watch.holds(701)).isFalse();
    }

    /** When the lease was written is not known, but not before the read that still showed the old one was posted. */
    @Test
    void shouldCountFromTheReadThatShowedAnotherLease() {
        LeaseWatch watch = new LeaseWatch(0);
        watch.shown(77, LEFT_NS, LeaseWatch.NO_AGE, 2_000_000);
        watch.shown(77, LEFT_NS, LeaseWatch.NO_AGE, 3_000_000);
        watch.shown(78, LEFT_NS, LeaseWatch.NO_AGE, 3_500_000);
        assertThat(watch.holds(3_000_000 + LEFT_NS - SKEW_NS - 1)).isTrue();
        assertThat(watch.holds(3_000_000 + LEFT_NS - SKEW_NS)).isFalse();
    }

    /** A shard that was deposed writes that nothing is left, and one whose mirrors are slow that little is. */
    @Test
    void shouldTrustNoLongerThanWhatWasLeftNorALineOfTwoMoments() {
        LeaseWatch watch = new LeaseWatch(0);
        watch.shown(1, LEFT_NS, LeaseWatch.NO_AGE, 1_000);
        watch.shown(2, 0, LeaseWatch.NO_AGE, 2_000);
        assertThat(watch.holds(2_001)).isFalse();
        watch.shown(3, 100, LeaseWatch.NO_AGE, 3_000);
        assertThat(watch.holds(2_000 + 98)).isTrue();
        assertThat(watch.holds(2_000 + 99)).isFalse();
    }

    @Test
    void shouldNotShortenWhatItKnows() {
        LeaseWatch watch = new LeaseWatch(0);
        watch.shown(1, LEFT_NS, LeaseWatch.NO_AGE, 1_000);
        watch.shown(2, LEFT_NS, LeaseWatch.NO_AGE, 2_000);
        watch.shown(3, 10, LeaseWatch.NO_AGE, 3_000);
        assertThat(watch.holds(1_000 + LEFT_NS - SKEW_NS - 1)).isTrue();
    }

    /** A clock may begin anywhere. */
    @Test
    void shouldDoThroughTheEndOfTheNumbers() {
        LeaseWatch watch = new LeaseWatch(Long.MAX_VALUE - 20);
        watch.shown(1, LEFT_NS, LeaseWatch.NO_AGE, Long.MAX_VALUE - 10);
        watch.shown(2, LEFT_NS, LeaseWatch.NO_AGE, Long.MAX_VALUE - 5);
        assertThat(watch.holds(Long.MAX_VALUE)).isTrue();
        assertThat(watch.holds(Long.MIN_VALUE + LEFT_NS)).isFalse();
    }

    /** As old as the line was when it was written, and it was not written before the read that showed the old one was posted. */
    @Test
    void shouldSayAsOfWhenAMirrorIs() {
        LeaseWatch watch = new LeaseWatch(0);
        watch.shown(1, LEFT_NS, 500, 1_000);
        assertThat(watch.isAsOfKnown()).isFalse();
        watch.shown(2, LEFT_NS, 500, 7_000);
        assertThat(watch.isAsOfKnown()).isTrue();
        assertThat(watch.asOfNs()).isEqualTo(1_000 - 500 - 5);
        watch.shown(3, 0, 500, 8_000); // a line of two moments says nothing
        assertThat(watch.asOfNs()).isEqualTo(1_000 - 500 - 5);
        watch.shown(4, LEFT_NS, LeaseWatch.NO_AGE, 9_000);
        assertThat(watch.isAsOfKnown()).isFalse();
    }
}
