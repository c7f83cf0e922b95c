package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.ClientId;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.Counter;
import io.needletail.server.RunningAppliance;
import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Sessions that send on one publication: each is served as if it had its own, whatever the others do. */
class SharedSessionTest {
    private static final long SEED = 1805;
    private static final long TIMEOUT_NS = 20_000_000_000L;
    private static final long TIMEOUT_MS = 20_000;

    private final Key key = new Key("shared");
    private final Value value = new Value(64 << 10);
    private final Entry entry = new Entry(64 << 10);
    private final List<Long> answered = new ArrayList<>();

    @Test
    void shouldGiveLanesToTheFirstAndLetTheOthersShare() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("latency-lanes=2");
                BlockingSession second = appliance.connect();
                Lease first = new Lease(appliance.connect());
                BlockingSession third = appliance.connect()) {
            assertThat(first.session.limits().isShared()).isFalse();
            assertThat(second.limits().isShared()).isFalse();
            assertThat(third.limits().isShared()).isTrue();
            first.end();
            Await.until("its lane is free", TIMEOUT_MS, () -> appliance.counter(Counter.SESSIONS) == 2);
            try (BlockingSession next = appliance.connect()) {
                assertThat(next.limits().isShared()).isFalse();
                assertThat(third.ping()).isEqualTo(Status.OK);
            }
        }
    }

    /** A session that ends before its time. */
    private record Lease(BlockingSession session) implements AutoCloseable {
        void end() {
            session.close();
        }

        @Override
        public void close() {
            end();
        }
    }

    @Test
    void shouldAnswerInterleavedSessionsOnOnePublicationAsIfEachHadItsOwn() throws IOException {
        int required = (int) Proof.required(30_000, 1_000_000);
        SplittableRandom random = new SplittableRandom(Seed.of(SEED));
        try (RunningAppliance appliance = new RunningAppliance("latency-lanes=0")) {
            List<BlockingSession> sessions = new ArrayList<>();
            List<Map<String, String>> oracles = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                sessions.add(appliance.connect());
                oracles.add(new HashMap<>());
            }
            for (int i = 0; i < required; i++) {
                int who = random.nextInt(sessions.size());
                step(sessions.get(who), oracles.get(who), who, random);
            }
            sessions.forEach(BlockingSession::close);
            Proof.note("shared-sessions-as-own", required, required, SEED);
        }
    }

    private void step(BlockingSession session, Map<String, String> oracle, int who, SplittableRandom random) {
        String name = "session-" + who + ":" + random.nextInt(40);
        key.setUtf8(name);
        switch (random.nextInt(4)) {
            case 0 -> {
                String text = "value " + random.nextInt();
                value.setUtf8(text);
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
                oracle.put(name, text);
            }
            case 1 -> {
                boolean was = oracle.remove(name) != null;
                assertThat(session.delete(key, entry)).isEqualTo(was ? Status.OK : Status.NOT_FOUND);
            }
            default -> {
                int status = session.get(key, entry);
                assertThat(status).isEqualTo(oracle.containsKey(name) ? Status.OK : Status.NOT_FOUND);
                if (status == Status.OK) {
                    assertThat(entry.value().toUtf8()).isEqualTo(oracle.get(name));
                }
            }
        }
    }

    @Test
    void shouldServeOthersWhileOneLeavesAsMuchUnreadAsItMayAndThenAnswerThatOneInOrder() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("latency-lanes=0");
                Session lazy = Session.connect(appliance.dir(), TIMEOUT_NS);
                BlockingSession other = appliance.connect()) {
            value.resize(4_000);
            assertThat(other.put(key, value, entry)).isEqualTo(Status.OK);
            List<Long> asked = new ArrayList<>();
            while (lazy.inFlight() < lazy.limits().maxInFlight()) {
                long id = lazy.get(key);
                if (id > 0) {
                    asked.add(id);
                }
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(other.get(key, entry)).isEqualTo(Status.OK);
            }
            assertThat(appliance.counter(Counter.REPLY_STALLS)).isPositive();
            lazy.poll(new Answers(), 1); // room for one request more
            long ping = lazy.ping();
            assertThat(ping).as("a ping behind requests that wait").isPositive();
            Await.until("all are answered", TIMEOUT_MS, () -> {
                lazy.poll(new Answers(), 16);
                return lazy.inFlight() == 0;
            });
            asked.add(ping);
            assertThat(answered).isEqualTo(asked);
            assertThat(appliance.counter(Counter.SLOW_READERS)).isZero();
        }
    }

    /** Ids of what was answered well. */
    private final class Answers implements ResultHandler {
        @Override
        public void onResult(long correlationId, int status, Entry found) {
            assertThat(status).isEqualTo(Status.OK);
            assertThat(found.value().length()).isIn(0, 4_000); // a ping has none
            answered.add(correlationId);
        }
    }

    @Test
    void shouldRepeatRequestsOverASharedPublication() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("latency-lanes=0");
                Session session = Session.connect(appliance.dir(), ClientId.random(), TIMEOUT_NS)) {
            value.setUtf8("once");
            long[] sent = new long[1];
            Await.until("there is room on the publication", TIMEOUT_MS, () -> (sent[0] = session.put(key, value)) > 0);
            long id = sent[0];
            Await.until("applied", TIMEOUT_MS, () -> {
                session.poll((request, status, found) -> assertThat(status).isEqualTo(Status.OK), 16);
                return session.inFlight() == 0;
            });
            session.reconnect();
            assertThat(session.limits().isShared()).isTrue();
            assertThat(session.limits().lastRequest()).isEqualTo(id);
        }
    }

    @Test
    void shouldKeepTheOthersWhileALivingClientIsStoppedWithinAMessage() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("latency-lanes=0", "liveness-timeout=300ms");
                RawClient stopped = new RawClient(appliance.dir(), 1 << 17).connect();
                BlockingSession other = BlockingSession.connect(appliance.dir(), 1_500_000_000L)) {
            assertThat(other.ping()).isEqualTo(Status.OK);
            stopped.begin(64);
            assertThat(other.ping()).as("nothing behind it can be read").isEqualTo(Status.UNKNOWN);
            assertThat(other.session().isClosed()).isFalse();
            assertThat(appliance.counter(Counter.LIVENESS_TIMEOUTS)).isZero();
            assertThat(appliance.counter(Counter.SHARED_UNBLOCKED))
                    .as("it may still be written")
                    .isZero();
            stopped.abort();
            for (int i = 0; i < 300; i++) { // the id that was given up blocks no place, however often ids come round
                assertThat(other.ping()).isEqualTo(Status.OK);
            }
        }
    }

    @Test
    void shouldTakeNothingFromATokenWhoseSessionHasEnded() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("latency-lanes=0", "liveness-timeout=300ms");
                RawClient ended = new RawClient(appliance.dir(), 1 << 17).connect()) {
            assertThat(ended.awaitOutcome()).startsWith("LIVENESS_TIMEOUT");
            try (RawClient next = new RawClient(appliance.dir(), (1 << 17) + 1).connect()) {
                assertThat(next.token() & 0xFFFF).isEqualTo(ended.token() & 0xFFFF);
                assertThat(next.token()).isNotEqualTo(ended.token());
                byte[] put = MangledFrames.whole(14, 4, 4, new SplittableRandom(SEED));
                ended.send(put, put.length);
                Await.until("it is nobody's", TIMEOUT_MS, () -> appliance.counter(Counter.STRAY_FRAMES) == 1);
                next.poll();
                assertThat(next.answers()).isZero();
                assertThat(appliance.counter(Counter.PUTS)).isZero();
            }
        }
    }
}
