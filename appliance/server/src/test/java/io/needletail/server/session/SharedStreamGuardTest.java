package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steps the guard by hand: whose unfinished messages it takes away, and when. */
class SharedStreamGuardTest {
    private static final long STEP_NS = SharedStreamGuard.CHECK_INTERVAL_NS;
    private static final long START_NS = 1_000_000_000_000L;

    private final List<Long> blocked = new ArrayList<>();
    private final Stream stream = new Stream();
    private final Person author = new Person();
    private final Person other = new Person();
    private final SessionLane authorsLane = new SessionLane(null, null, null, 1, 0);
    private int unblocked;
    private long nowNs = START_NS;

    private final SharedStreamGuard guard = new SharedStreamGuard(new SharedStreamGuard.Events() {
        @Override
        public void onUnblocked() {
            unblocked++;
        }

        @Override
        public void onBlocked(long lastingNs) {
            blocked.add(lastingNs);
        }
    });

    SharedStreamGuardTest() {
        guard.add(null, stream);
        guard.joined(authorsLane, author);
        guard.joined(new SessionLane(null, null, null, 1, 0), other);
        look(2);
    }

    private static final class Stream implements SharedStreamGuard.Log {
        private long position;
        private boolean begun;
        private int behind;

        @Override
        public long position() {
            return position;
        }

        @Override
        public boolean isBegunAt(long at) {
            return begun && at == position;
        }

        @Override
        public boolean unblock(long at) {
            assertThat(at).isEqualTo(position);
            begun = behind-- > 0;
            position += 64;
            return true;
        }
    }

    private static final class Person implements SharedStreamGuard.Client {
        private boolean dead;

        @Override
        public boolean isGone() {
            return dead;
        }

        @Override
        public boolean hasDied() {
            return dead;
        }
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            nowNs += STEP_NS;
            guard.check(nowNs);
        }
    }

    private static int looksOf(long ns) {
        return (int) (ns / STEP_NS) + 2;
    }

    @Test
    void shouldTakeAwayWhatADeadClientBeganWhenItHasStoodLongEnough() {
        stream.begun = true;
        author.dead = true;
        look(looksOf(SharedStreamGuard.STANDSTILL_NS) - 4);
        assertThat(unblocked).isZero();
        look(4);
        assertThat(unblocked).isEqualTo(1);
        look(100);
        assertThat(unblocked).isEqualTo(1);
    }

    @Test
    void shouldStillBlameAClientWhoseSessionEndedWhileTheStreamStood() {
        stream.begun = true;
        author.dead = true;
        look(2);
        guard.left(authorsLane);
        look(looksOf(SharedStreamGuard.STANDSTILL_NS));
        assertThat(unblocked).isEqualTo(1);
    }

    @Test
    void shouldKeepWhatALivingClientBeganAlthoughAnotherOneHadDiedBefore() {
        other.dead = true;
        look(looksOf(SharedStreamGuard.ACQUIT_INTERVAL_NS)); // the stream moves: the dead one left nothing behind
        stream.begun = true;
        look(1_000);
        assertThat(unblocked).isZero();
    }

    @Test
    void shouldTakeSeveralMessagesOfOneDeadClientAway() {
        stream.begun = true;
        author.dead = true;
        stream.behind = 1;
        look(2 * looksOf(SharedStreamGuard.STANDSTILL_NS));
        assertThat(unblocked).isEqualTo(2);
    }

    @Test
    void shouldNotTakeItsOwnPauseForAStandstill() {
        stream.begun = true;
        author.dead = true;
        nowNs += 10 * SharedStreamGuard.STANDSTILL_NS;
        look(1);
        assertThat(unblocked).as("begun a moment ago, for all it knows").isZero();
        assertThat(blocked).isEmpty();
    }

    @Test
    void shouldReportNoMoreTimeThanTheStreamStood() {
        stream.begun = true;
        long beganNs = nowNs;
        look(500);
        long reported = blocked.stream().mapToLong(Long::longValue).sum();
        assertThat(reported).isPositive().isLessThanOrEqualTo(nowNs - beganNs);
    }
}
