package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.ClientId;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.Counter;
import io.needletail.server.RunningAppliance;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes that are acknowledged at a level, with a journal and without. */
class LevelSessionTest {
    private final Key key = new Key("limit");
    private final Value value = new Value(70_000);
    private final Entry entry = new Entry(65_536);
    /** Of sessions that do not block: status and level of each answer. */
    private final List<String> answers = new ArrayList<>();

    private final ResultHandler handler =
            (id, status, one) -> answers.add(Status.name(status) + " " + Level.name(one.level()));

    @ParameterizedTest
    @ValueSource(ints = {Level.MEMORY, Level.JOURNALED, Level.SYNCED})
    void shouldAcknowledgeEveryChangeAtTheLevelThatWasAskedForAndThenReadItThere(int level) throws Exception {
        try (RunningAppliance appliance = new RunningAppliance("journal=on");
                BlockingSession session = appliance.connect()) {
            session.level(level);
            value.setUtf8("a value");
            assertReached(session, session.insert(key, value, entry), level);
            long handle = entry.handle();
            assertReached(session, session.put(key, value, entry), level);
            assertReached(session, session.put(handle, value, entry), level);
            assertReached(session, session.putIf(handle, entry.version(), value, entry), level);
            assertReached(session, session.putIf(key, entry.version(), value, entry), level);
            assertReached(session, session.putFor(handle, 3_600_000_000_000L, value, entry), level);
            assertReached(session, session.putFor(key, 3_600_000_000_000L, value, entry), level);
            assertReached(session, session.touch(handle, 0, entry), level);
            assertReached(session, session.touch(key, 0, entry), level);
            assertReached(session, session.clear(handle, entry), level);
            assertReached(session, session.put(key, value, entry), level);
            assertReached(session, session.clear(key, entry), level);
            key.setUtf8("position");
            assertReached(session, session.add(key, 5, entry), level);
            assertReached(session, session.add(entry.handle(), 7, entry), level);
            assertThat(entry.value().getLong(0)).isEqualTo(12);
            assertReached(session, session.delete(entry.handle(), entry), Status.OK, level);
            key.setUtf8("limit");
            assertReached(session, session.delete(key, entry), Status.OK, level);
            assertReached(session, session.resolve(key, true, entry), level);
            assertReached(session, session.allocate(entry), level);
            value.resize(60_000);
            assertReached(session, session.put(key, value, entry), level);
            batchAndGroup(session, level);
            Await.until(
                    "they are counted",
                    5_000,
                    () -> level == Level.MEMORY || appliance.counter(Counter.LEVEL_WAITS) == 21);
        }
    }

    private void assertReached(BlockingSession session, int status, int level) {
        assertReached(session, status, Status.OK, level);
        long version = entry.version();
        int read = session.get(entry.handle(), level, entry);
        assertThat(read).as(Status.name(read)).isIn(Status.OK, Status.ABSENT);
        assertThat(entry.version()).isEqualTo(read == Status.OK ? version : 0);
    }

    private void assertReached(BlockingSession session, int status, int expected, int level) {
        assertThat(status).as(Status.name(status)).isEqualTo(expected);
        assertThat(entry.level()).isEqualTo(level);
    }

    private void batchAndGroup(BlockingSession session, int level) {
        Batch batch = new Batch(16);
        Group group = new Group(16);
        value.setUtf8("several");
        for (int i = 0; i < Batch.MAX_LENGTH; i++) {
            key.setUtf8("entry:" + i);
            int index = batch.add(key);
            batch.entry(index).value().set(value);
            group.put(key, Group.ANY_VERSION, value);
        }
        assertThat(session.put(batch)).isEqualTo(Status.OK);
        assertThat(session.apply(group)).isEqualTo(Status.OK);
        for (int i = 0; i < Batch.MAX_LENGTH; i++) {
            assertThat(batch.entry(i).level()).isEqualTo(level);
            assertThat(group.batch().entry(i).level()).isEqualTo(level);
            assertThat(session.get(group.batch().entry(i).handle(), level, entry))
                    .isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldChangeNothingAtALevelThatIsNotOfferedAndSayWhy() throws Exception {
        try (RunningAppliance appliance = new RunningAppliance("journal=off");
                BlockingSession session = appliance.connect()) {
            value.setUtf8("a value");
            session.level(Level.SYNCED);
            assertThat(session.put(key, value, entry)).isEqualTo(Status.LEVEL_UNAVAILABLE);
            assertThat(entry.value().toUtf8()).contains("journal=off");
            assertThat(session.resolve(key, true, entry)).isEqualTo(Status.LEVEL_UNAVAILABLE);
            assertThat(session.resolve(key, false, entry)).as("changes nothing").isEqualTo(Status.NOT_FOUND);
            Batch batch = new Batch(16);
            batch.entry(batch.add(key)).value().set(value);
            assertThat(session.put(batch)).isEqualTo(Status.LEVEL_UNAVAILABLE);
            assertThat(batch.status(0)).isEqualTo(Status.LEVEL_UNAVAILABLE);
            Group group = new Group(16);
            group.put(key, Group.ANY_VERSION, value);
            assertThat(session.apply(group)).isEqualTo(Status.LEVEL_UNAVAILABLE);
            value.resize(60_000);
            assertThat(session.put(key, value, entry)).isEqualTo(Status.LEVEL_UNAVAILABLE);
            session.level(Level.PERSISTENT);
            value.resize(10);
            assertThat(session.put(key, value, entry)).isEqualTo(Status.LEVEL_UNAVAILABLE);
            assertThat(entry.value().toUtf8()).contains("not in persistent memory");
            session.level(Level.MIRRORED);
            assertThat(session.put(key, value, entry)).isEqualTo(Status.LEVEL_UNAVAILABLE);
            assertThat(entry.value().toUtf8()).contains("no mirrors");
            assertThat(session.get(key, entry)).isEqualTo(Status.NOT_FOUND);
            assertThat(appliance.counter(Counter.LEVEL_WAITS)).isZero();
        }
    }

    @Test
    void shouldTellAClientThatRepeatsWhatWasDoneAtTheLevelToo() throws Exception {
        try (RunningAppliance appliance = new RunningAppliance("journal=on");
                Session session = Session.connect(appliance.dir(), ClientId.random(), RunningAppliance.TIMEOUT_NS)) {
            value.setUtf8("once");
            session.level(Level.SYNCED);
            long id = session.put(key, value);
            await(session);
            session.reconnect();
            session.repeat(id);
            assertThat(session.put(key, value)).isEqualTo(id);
            await(session);
            assertThat(answers).containsExactly("OK synced", "DONE_BEFORE synced");
        }
    }

    /** Nothing is changed behind a restart, and so nothing that could bring a level any further. */
    @Test
    void shouldAnswerBehindARestartWhatWasDoneBeforeItWithoutAnotherChange() throws Exception {
        try (RunningAppliance appliance = new RunningAppliance("journal=on");
                Session session = Session.connect(appliance.dir(), ClientId.random(), RunningAppliance.TIMEOUT_NS)) {
            value.setUtf8("once");
            session.level(Level.SYNCED);
            long id = session.put(key, value);
            await(session);
            appliance.restart();
            Await.until("the session has ended", 20_000, () -> session.poll(handler, 16) == Session.CLOSED);
            session.reconnect();
            session.repeat(id);
            assertThat(session.put(key, value)).isEqualTo(id);
            await(session);
            assertThat(session.resolve(key, true)).isPositive();
            await(session);
            assertThat(answers).containsExactly("OK synced", "DONE_BEFORE synced", "OK synced");
        }
    }

    /** Else it would be asked for as a new one, and be done twice. */
    @Test
    void shouldSayThatARepeatedChangeWasDoneEvenWhereItsLevelIsNotOfferedAnyMore() throws Exception {
        try (RunningAppliance appliance = new RunningAppliance("journal=off");
                Session session = Session.connect(appliance.dir(), ClientId.random(), RunningAppliance.TIMEOUT_NS)) {
            long id = session.add(key, 5);
            await(session);
            session.reconnect();
            session.level(Level.SYNCED);
            session.repeat(id);
            assertThat(session.add(key, 5)).isEqualTo(id);
            await(session);
            assertThat(answers).containsExactly("OK memory", "DONE_BEFORE memory");
        }
    }

    private void await(Session session) {
        Await.until("all are answered", 20_000, () -> {
            session.poll(handler, 16);
            return session.inFlight() == 0;
        });
    }
}
