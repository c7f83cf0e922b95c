package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.protocol.CloseReason;
import io.needletail.testing.Seed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeldAnswersTest {
    private static final int MOST = 24;
    private static final int SESSIONS = 5;

    /** What an answer was written as; its bytes are the id's. */
    private record Written(SessionLane lane, long sequence, long id, int length, boolean isReserved) {}

    private final SplittableRandom random = new SplittableRandom(Seed.of(2912));
    private final HeldAnswers held = new HeldAnswers(MOST);
    private final List<SessionLane> lanes = new ArrayList<>();
    private final Set<SessionLane> deaf = new HashSet<>();
    private final Deque<Written> expected = new ArrayDeque<>();
    private long sequence;
    private long id;

    @Test
    void shouldSendEachAnswerOnceWithItsBytesAndNoneBeforeItsTimeWhoeverReadsOrEnds() {
        for (int i = 0; i < SESSIONS; i++) {
            lanes.add(lane());
        }
        long sent = 0;
        for (int step = 0; step < 200_000; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> hold();
                case 2 -> sent += release(sequence - random.nextInt(20));
                case 3 -> toggle(lanes.get(random.nextInt(SESSIONS)));
                default -> replace(random.nextInt(50 * SESSIONS));
            }
        }
        deaf.clear();
        sent += release(sequence);
        assertThat(held.count()).isZero();
        assertThat(expected.stream().filter(written -> written.lane.isOpen())).isEmpty();
        assertThat(sent).isGreaterThan(30_000);
    }

    private static SessionLane lane() {
        SessionLane lane = new SessionLane(null, new Frame(), null, 16, 0);
        lane.connecting(false);
        lane.open(null, null, 0);
        return lane;
    }

    private void hold() {
        if (!held.hasRoom()) {
            return;
        }
        SessionLane lane = lanes.get(random.nextInt(SESSIONS));
        sequence += random.nextInt(3);
        int length = random.nextInt(20) == 0 ? HeldAnswers.LONGEST - random.nextInt(64) : 20 + random.nextInt(60);
        boolean isReserved = random.nextBoolean();
        held.begin(lane, sequence, ++id);
        assertThat(held.claim(null, length)).isEqualTo(1);
        held.buffer().setMemory(held.offset(), length, (byte) id);
        if (isReserved) {
            held.correlationId(id);
        }
        held.commit();
        expected.add(new Written(lane, sequence, id, length, isReserved));
    }

    private void toggle(SessionLane lane) {
        if (!deaf.remove(lane)) {
            deaf.add(lane);
        }
    }

    /** Now and then a session ends and another takes its place: what it waited for is nobody's. */
    private void replace(int one) {
        if (one < SESSIONS) {
            lanes.get(one).close(CloseReason.REQUESTED, "ends");
            lanes.set(one, lane());
        }
    }

    private long release(long reached) {
        long[] sent = new long[1];
        held.release(reached, (lane, correlationId, isReserved, from, at, length) -> {
            if (deaf.contains(lane)) {
                return false;
            }
            Written written = take(correlationId);
            assertThat(written.sequence).as("not before its time").isLessThanOrEqualTo(reached);
            assertThat(lane).isSameAs(written.lane);
            assertThat(isReserved).isEqualTo(written.isReserved);
            assertThat(length).isEqualTo(written.length);
            for (int i = 0; i < length; i++) {
                assertThat(from.getByte(at + i)).as("byte " + i).isEqualTo((byte) correlationId);
            }
            sent[0]++;
            return true;
        });
        assertThat(held.count() == 0 || held.oldest() > reached || !deaf.isEmpty())
                .as("what can be sent is")
                .isTrue();
        return sent[0];
    }

    private Written take(long correlationId) {
        Written written = expected.stream()
                .filter(one -> one.id == correlationId)
                .findFirst()
                .orElseThrow(() -> new AssertionError("sent twice, or never written: " + correlationId));
        expected.remove(written);
        expected.removeIf(one -> one.lane.isClosed());
        return written;
    }

    @Test
    void shouldHaveNoRoomForOneMoreThanItsMost() {
        SessionLane lane = lane();
        for (int i = 0; i < MOST; i++) {
            assertThat(held.hasRoom()).isTrue();
            held.begin(lane, i, i + 1);
            held.claim(null, 58);
            held.commit();
        }
        assertThat(held.hasRoom()).isFalse();
        assertThat(held.release(0, (owner, request, isReserved, from, at, length) -> true))
                .isEqualTo(1);
        assertThat(held.hasRoom()).isTrue();
    }
}
