package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.client.BlockingSession;
import io.needletail.client.ClientId;
import io.needletail.client.CloseCause;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.client.SessionAddress;
import io.needletail.client.SessionException;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.Counter;
import io.needletail.server.RunningAppliance;
import io.needletail.testing.Proof;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that are sent again after the connection was lost, over a restart of the appliance. */
@Tag("beside-others")
class RetrySessionTest {
    private final Key key = new Key("once");
    private final Value value = new Value(70_000);
    private final Entry entry = new Entry(70_000);
    private final Group group = new Group(16);
    private final Answers answers = new Answers();
    private RunningAppliance appliance;

    @BeforeEach
    void start() throws IOException {
        appliance = new RunningAppliance("retry-sessions=1");
    }

    @AfterEach
    void stop() throws IOException {
        appliance.close();
    }

    @Test
    void shouldScanOnANewConnectionWhenTheApplianceComesBack() throws IOException {
        try (BlockingSession session =
                BlockingSession.connectAgain(appliance.dir(), ClientId.random(), RunningAppliance.TIMEOUT_NS)) {
            value.setUtf8("found");
            assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            for (int round = 0; round < 2; round++) {
                appliance.restart();
                List<String> found = new ArrayList<>();
                assertThat(session.scan(new Key(""), 10, (each, at) -> found.add(each.toUtf8())))
                        .isEqualTo(Status.OK);
                assertThat(found).containsExactly("once");
            }
        }
    }

    /** The answers by id; closing is noted. */
    private static final class Answers implements ResultHandler {
        private final Map<Long, Integer> statuses = new HashMap<>();
        private CloseCause cause;
        private String text;

        @Override
        public void onResult(long id, int status, Entry answer) {
            statuses.put(id, status);
        }

        @Override
        public void onBatchEnd(long id, int status) {
            statuses.put(id, status);
        }

        @Override
        public void onClosed(CloseCause closeCause, String closeText) {
            cause = closeCause;
            text = closeText;
        }
    }

    private Session connect(ClientId client) {
        return Session.connect(appliance.dir(), client, RunningAppliance.TIMEOUT_NS);
    }

    private int await(Session session, long id) {
        assertThat(id).isPositive();
        answers.statuses.remove(id);
        Await.until("an answer to " + id, 20_000, () -> {
            session.poll(answers, 10);
            return answers.statuses.containsKey(id);
        });
        return answers.statuses.get(id);
    }

    @Test
    void shouldNotDoARepeatedChangeAgainAfterARestart() throws IOException {
        ClientId client = ClientId.random();
        try (Session session = connect(client)) {
            long add = session.add(key, 5);
            assertThat(await(session, add)).isEqualTo(Status.OK);
            value.setUtf8("x");
            long conflict = session.putIf(key, 1, value);
            assertThat(await(session, conflict)).isEqualTo(Status.VERSION_CONFLICT);
            group.add(key, Group.ANY_VERSION, 7);
            long last = session.apply(group);
            assertThat(await(session, last)).isEqualTo(Status.OK);
            appliance.restart();
            session.reconnect();
            assertThat(session.limits().lastRequest()).isEqualTo(last);
            session.repeat(add);
            assertThat(await(session, session.add(key, 5))).isEqualTo(Status.DONE_BEFORE);
            session.repeat(conflict);
            assertThat(await(session, session.putIf(key, 1, value))).isEqualTo(Status.REFUSED_BEFORE);
            session.repeat(last);
            assertThat(await(session, session.apply(group))).isEqualTo(Status.DONE_BEFORE);
            long next = session.add(key, 100);
            assertThat(next).isGreaterThan(last);
            assertThat(await(session, next)).isEqualTo(Status.OK);
            Await.until("all three are counted", 20_000, () -> appliance.counter(Counter.REPEATED) == 3);
        }
        try (BlockingSession session = appliance.connect()) {
            assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(112);
        }
    }

    @Test
    void shouldDoARepeatedRequestThatHadNotArrived() {
        ClientId client = ClientId.random();
        try (Session session = connect(client)) {
            assertThat(await(session, session.add(key, 1))).isEqualTo(Status.OK);
            connect(client).close(); // ends the first one's session, which has not heard of it
            Await.until("both are over", 20_000, () -> appliance.counter(Counter.SESSIONS) == 0);
            long never = session.add(key, 10);
            assertThat(never).isPositive();
            Await.until("the end is heard of", 20_000, () -> session.poll(answers, 10) == Session.CLOSED);
            assertThat(answers.statuses).containsEntry(never, Status.UNKNOWN);
            session.reconnect();
            assertThat(session.limits().lastRequest()).isLessThan(never);
            session.repeat(never);
            assertThat(await(session, session.add(key, 10))).isEqualTo(Status.OK);
        }
        try (Session later = connect(client)) { // another process of the same client
            assertThat(await(later, later.add(key, 100))).isEqualTo(Status.OK);
            assertThat(await(later, later.get(key))).isEqualTo(Status.OK);
        }
        assertThat(sum()).isEqualTo(111);
    }

    /** The answer was on its way, or was not: the client cannot know, and the appliance can. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldNotDoAgainWhatWasDoneAndWhoseAnswerNobodyRead(Way way) throws IOException {
        appliance.close();
        appliance = way.start();
        int requests = 20;
        SessionAddress address = way == Way.UDP ? appliance.udpAddress() : SessionAddress.of(appliance.dir());
        try (Session session = Session.connect(address, ClientId.random(), RunningAppliance.TIMEOUT_NS)) {
            List<Long> ids = new ArrayList<>();
            while (ids.size() < requests) {
                long id = session.add(key, 1);
                if (id > 0) {
                    ids.add(id);
                }
            }
            Await.until("all are done", 20_000, () -> appliance.counter(Counter.ADDS) == requests);
            appliance.restart();
            Await.until("the end is heard of", 20_000, () -> session.poll(lost, 10) == Session.CLOSED);
            session.reconnect();
            for (long id : ids) {
                session.repeat(id);
                assertThat(await(session, session.add(key, 1))).isEqualTo(Status.DONE_BEFORE);
            }
        }
        assertThat(sum()).isEqualTo(requests);
        Proof.note("done-before-" + way.name().toLowerCase(Locale.ROOT), requests, requests, 0);
    }

    /** What came in before the end is not looked at: to the client it is as if it had never come. */
    private final ResultHandler lost = (id, status, answer) -> {};

    private long sum() {
        try (BlockingSession session = appliance.connect()) {
            assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            return entry.value().getLong(0);
        }
    }

    @Test
    void shouldNotRepeatWhatTheApplianceHasForgotten() {
        Session session = connect(ClientId.random());
        try {
            long first = session.add(key, 5);
            assertThat(session.mayRepeat(first)).isTrue();
            Await.until("it is done", 20_000, () -> appliance.counter(Counter.ADDS) == 1);
            session.close(); // its answer was not read
            Await.until("it is gone", 20_000, () -> appliance.counter(Counter.SESSIONS) == 0);
            connect(ClientId.random()).close(); // and another client has the only entry
            Await.until("the entry is free", 20_000, () -> appliance.counter(Counter.SESSIONS) == 0);
            session.reconnect();
            assertThat(session.mayRepeat(first)).isFalse();
            assertThatThrownBy(() -> session.repeat(first))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("forgotten")
                    .hasMessageContaining("retry-sessions");
            long next = session.add(key, 1);
            assertThat(await(session, next)).isEqualTo(Status.OK);
            session.reconnect();
            assertThat(session.mayRepeat(first))
                    .as("not by connecting once more")
                    .isFalse();
            session.repeat(next);
            assertThat(await(session, session.add(key, 1))).isEqualTo(Status.DONE_BEFORE);
        } finally {
            session.close();
        }
        assertThat(sum()).isEqualTo(6);
    }

    @Test
    void shouldRepeatALargeValueAndKeepItInOrderWithTheOthers() throws IOException {
        value.resize(65_536);
        try (Session session = connect(ClientId.random())) {
            long large = session.put(key, value);
            assertThat(session.add(new Key("other"), 1)).isEqualTo(Session.WINDOW_FULL);
            assertThat(await(session, large)).isEqualTo(Status.OK);
            long small = session.add(new Key("other"), 1);
            assertThat(session.put(key, value)).isEqualTo(Session.WINDOW_FULL);
            assertThat(await(session, small)).isEqualTo(Status.OK);
            appliance.restart();
            session.reconnect();
            session.repeat(large);
            assertThat(await(session, session.put(key, value))).isEqualTo(Status.DONE_BEFORE);
        }
    }

    @Test
    void shouldEndTheEarlierSessionOfAClientThatConnectsAgain() {
        ClientId client = ClientId.random();
        try (Session earlier = connect(client);
                Session later = connect(client)) {
            assertThat(await(later, later.add(key, 1))).isEqualTo(Status.OK);
            Await.until("the earlier one is closed", 20_000, () -> earlier.poll(answers, 1) == Session.CLOSED);
            assertThat(answers.cause).isEqualTo(CloseCause.SERVER);
            assertThat(answers.text).contains("REPLACED");
            assertThat(later.isClosed()).isFalse();
        }
    }

    @Test
    void shouldKeepAClientsEntryWhenAnotherOneIsRefusedForSomethingElse() throws IOException {
        ClientId client = ClientId.random();
        appliance.restart("retry-sessions=1", "session-limit=1");
        long id;
        try (Session session = connect(client)) {
            id = session.add(key, 5);
            assertThat(await(session, id)).isEqualTo(Status.OK);
        }
        Await.until("it is gone", 20_000, () -> appliance.counter(Counter.SESSIONS) == 0);
        try (BlockingSession other = appliance.connect()) {
            assertThatThrownBy(() -> connect(ClientId.random())).hasMessageContaining("session-limit");
            assertThat(other.ping()).isEqualTo(Status.OK);
        }
        Await.until("it is gone", 20_000, () -> appliance.counter(Counter.SESSIONS) == 0);
        try (Session session = connect(client)) {
            assertThat(session.limits().lastRequest()).isEqualTo(id);
            try (Session again = connect(client)) {
                assertThat(again.limits().lastRequest())
                        .as("its own earlier session takes no place from it")
                        .isEqualTo(id);
            }
        }
    }

    @Test
    void shouldRefuseAClientThatRepeatsWhenTheTableIsFullOfConnectedOnes() {
        try (Session first = connect(ClientId.random())) {
            assertThatThrownBy(() -> connect(ClientId.random()))
                    .isInstanceOf(SessionException.class)
                    .hasMessageContaining("RETRY_TABLE_FULL")
                    .hasMessageContaining("retry-sessions");
            assertThat(first.isClosed()).isFalse();
        }
        Await.until("the entry is free again", 20_000, () -> {
            try (Session next = connect(ClientId.random())) {
                return !next.isClosed();
            } catch (SessionException e) {
                return false;
            }
        });
    }

    @Test
    void shouldNotLetASessionWithoutAClientIdRepeat() {
        try (Session session = Session.connect(appliance.dir(), RunningAppliance.TIMEOUT_NS)) {
            assertThatThrownBy(() -> session.repeat(2)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldAskAgainByItselfWhenTheApplianceComesBack() throws IOException {
        try (BlockingSession session =
                BlockingSession.connectAgain(appliance.dir(), ClientId.random(), RunningAppliance.TIMEOUT_NS)) {
            assertThat(session.add(key, 1, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            appliance.restart();
            assertThat(session.add(key, 1, entry)).isIn(Status.OK, Status.DONE_BEFORE);
            assertThat(session.get(handle, entry)).isEqualTo(Status.EPOCH_CHANGED);
            appliance.restart();
            assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(2);
        }
    }
}
