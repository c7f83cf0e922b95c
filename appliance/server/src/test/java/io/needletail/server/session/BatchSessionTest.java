package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.ColocatedReader;
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
import io.needletail.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Batches, groups and levels over a session: what one message carries, and what each entry is answered. */
@Tag("beside-others")
class BatchSessionTest {
    private static RunningAppliance appliance;

    private final Key key = new Key();
    private final Value value = new Value(8192);
    private final Entry entry = new Entry(7040);
    private final Batch batch = new Batch(7040);
    private final Group group = new Group(7040);

    @BeforeAll
    static void start() throws IOException {
        appliance = new RunningAppliance();
    }

    @AfterAll
    static void stop() throws IOException {
        appliance.close();
    }

    @Test
    void shouldCarrySixtyFourPutsAndGetsOfKeysOf16AndValuesOf64Bytes() {
        try (BlockingSession session = appliance.connect()) {
            fill(64, 64);
            assertThat(session.put(batch)).isEqualTo(Status.OK);
            fill(64, 0);
            assertThat(session.get(batch)).isEqualTo(Status.OK);
            long[] handles = new long[64];
            for (int i = 0; i < 64; i++) {
                assertThat(batch.status(i)).isEqualTo(Status.OK);
                assertThat(batch.entry(i).value().toUtf8()).isEqualTo(text(i, 64));
                handles[i] = batch.entry(i).handle();
            }
            batch.clear();
            for (long handle : handles) {
                batch.add(handle);
            }
            assertThat(session.get(batch)).isEqualTo(Status.OK);
            for (int i = 0; i < 64; i++) {
                assertThat(batch.entry(i).value().toUtf8()).isEqualTo(text(i, 64));
            }
            assertThat(session.limits().maxBatchLength()).isEqualTo(Batch.MAX_LENGTH);
        }
    }

    /** Keys of 16 bytes; values of {@code length}, none for 0. */
    private void fill(int entries, int length) {
        batch.clear();
        for (int i = 0; i < entries; i++) {
            key.setUtf8(String.format("sixteen-bytes%03d", i));
            value.setUtf8(text(i, length));
            batch.add(key, value);
        }
    }

    private static String text(int i, int length) {
        return String.format("%03d", i).repeat(length / 3 + 1).substring(0, length);
    }

    @Test
    void shouldAnswerReplyFullForTheValuesThatNoLongerFit() {
        try (BlockingSession session = appliance.connect()) {
            List<Long> handles = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                key.setUtf8("full:" + i);
                value.setUtf8("x".repeat(i == 9 ? 100 : 1000));
                session.put(key, value, entry);
                handles.add(entry.handle());
            }
            batch.clear();
            handles.forEach(batch::add);
            assertThat(session.get(batch)).isEqualTo(Status.OK);
            int answered = 0;
            for (int i = 0; i < 9; i++) {
                answered += batch.status(i) == Status.OK ? 1 : 0;
                assertThat(batch.status(i)).isIn(Status.OK, Status.REPLY_FULL);
            }
            assertThat(answered).isEqualTo(7); // of 8,160 bytes, 21 are the header's and 19 each entry's
            assertThat(batch.status(9)).as("a short one fits behind").isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldRefuseABatchThatIsLongerThanAMessageBeforeItIsSent() {
        try (BlockingSession session = appliance.connect()) {
            fill(64, 200);
            long requests = appliance.counter(Counter.BATCHES);
            assertThat(session.put(batch)).isEqualTo(Status.BATCH_TOO_LONG);
            batch.clear();
            assertThat(session.get(batch)).isEqualTo(Status.INVALID_REQUEST);
            assertThat(session.ping()).isEqualTo(Status.OK);
            assertThat(appliance.counter(Counter.BATCHES)).isEqualTo(requests);
        }
    }

    @Test
    void shouldAnswerEachEntryForItself() {
        try (BlockingSession session = appliance.connect()) {
            key.setUtf8("each:1");
            value.setUtf8("one");
            session.put(key, value, entry);
            batch.clear();
            batch.add(key);
            batch.add(0xFFFF_FFFFL);
            key.setUtf8("each:unknown");
            batch.add(key);
            batch.add(entry.handle());
            assertThat(session.get(batch)).isEqualTo(Status.OK);
            assertThat(batch.status(0)).isEqualTo(Status.OK);
            assertThat(batch.status(1)).isEqualTo(Status.STALE_HANDLE);
            assertThat(batch.status(2)).isEqualTo(Status.NOT_FOUND);
            assertThat(batch.entry(3).value().toUtf8()).isEqualTo("one");
            batch.clear();
            key.setUtf8("k".repeat(1024));
            batch.add(key, value);
            assertThat(session.resolve(batch, false)).isEqualTo(Status.OK);
            assertThat(batch.status(0)).isEqualTo(Status.NOT_FOUND);
            assertThat(session.resolve(batch, true)).isEqualTo(Status.OK);
            assertThat(session.get(batch)).isEqualTo(Status.OK);
            assertThat(batch.status(0)).isEqualTo(Status.ABSENT);
        }
    }

    @Test
    void shouldSendNoBatchOfNothing() throws IOException {
        try (Session session = Session.connect(appliance.dir(), 5_000_000_000L)) {
            assertThat(session.get(batch)).isEqualTo(Session.EMPTY);
            assertThat(session.put(batch)).isEqualTo(Session.EMPTY);
            assertThat(session.resolve(batch, true)).isEqualTo(Session.EMPTY);
            assertThat(session.apply(group)).isEqualTo(Session.EMPTY);
            assertThat(session.inFlight()).isZero();
            Told told = new Told();
            long ping = session.ping();
            Await.until("the ping is answered", 20_000, () -> session.poll(told, 1) >= 0 && !told.ids.isEmpty());
            assertThat(told.ids).containsExactly(ping);
            assertThat(session.isClosed()).isFalse();
        }
    }

    /** Nobody takes answers for a while: the shard has no room for them, and takes requests again when there is. */
    @Test
    void shouldAnswerEveryBatchOnceThoughAnswersHadNoRoom() throws IOException {
        try (RunningAppliance patient = new RunningAppliance("in-flight-limit=256");
                BlockingSession filling = patient.connect();
                Session session = Session.connect(patient.dir(), 5_000_000_000L)) {
            Batch gets = new Batch(16);
            for (int i = 0; i < Batch.MAX_LENGTH; i++) {
                key.setUtf8("room:" + i);
                value.setInline(i, ~i, 16);
                filling.put(key, value, entry);
                gets.add(entry.handle());
            }
            List<Long> asked = new ArrayList<>();
            for (long id = session.get(gets); id > 0; id = session.get(gets)) {
                asked.add(id);
            }
            assertThat(asked.size() * 1_600).as("more than a term has room for").isGreaterThan(64 << 10);
            Told told = new Told();
            Await.until("all are answered", 20_000, () -> {
                session.poll(told, 16);
                return told.ids.size() >= asked.size();
            });
            assertThat(told.ids).isEqualTo(asked);
            assertThat(told.entries).isEqualTo(asked.size() * Batch.MAX_LENGTH);
        }
    }

    @Test
    void shouldPassOverTheAnswerOfAnAbandonedGet() throws IOException {
        try (BlockingSession filling = appliance.connect();
                Session session = Session.connect(appliance.dir(), 5_000_000_000L)) {
            key.setUtf8("abandoned");
            value.setInline(1, 2, 16);
            filling.put(key, value, entry);
            long abandoned = session.get(entry.handle());
            session.abandon(abandoned);
            long ping = session.ping();
            Told told = new Told();
            Await.until("the ping is answered", 20_000, () -> session.poll(told, 1) >= 0 && told.ids.contains(ping));
            assertThat(told.ids).containsExactly(ping);
            assertThat(session.inFlight()).isZero();
        }
    }

    /** What a session was told: answered requests in their order, and how many entries of batches, each checked. */
    private static final class Told implements ResultHandler {
        private final List<Long> ids = new ArrayList<>();
        private int entries;

        @Override
        public void onResult(long correlationId, int status, Entry entry) {
            ids.add(correlationId);
        }

        @Override
        public void onBatchEntry(long correlationId, int index, int status, Entry entry) {
            assertThat(status).isEqualTo(Status.OK);
            assertThat(entry.value().word0()).isEqualTo(index);
            assertThat(entry.value().word1()).isEqualTo(~index);
            entries++;
        }

        @Override
        public void onBatchEnd(long correlationId, int status) {
            ids.add(correlationId);
        }
    }

    /** The place of an answered request is free for the next, which a handler may send while it is told of the answer. */
    @Test
    void shouldNameTheHandlesAskedForThoughTheHandlerAsksAgain() throws IOException {
        try (RunningAppliance small = new RunningAppliance("in-flight-limit=2");
                BlockingSession filling = small.connect();
                Session session = Session.connect(small.dir(), 5_000_000_000L)) {
            long[] handles = new long[8];
            for (int i = 0; i < handles.length; i++) {
                key.setUtf8("again:" + i);
                value.setInline(i, i, 16);
                filling.put(key, value, entry);
                handles[i] = entry.handle();
            }
            List<Long> first = List.of(handles[0], handles[1], handles[2], handles[3]);
            Batch again = new Batch(16);
            for (int i = 4; i < 8; i++) {
                again.add(handles[i]);
            }
            batch.clear();
            first.forEach(batch::add);
            long id = session.get(batch);
            assertThat(id).isPositive();
            assertThat(session.ping()).isPositive();
            List<Long> told = new ArrayList<>();
            Await.until("the batch is answered", 20_000, () -> {
                session.poll(new AskingAgain(session, again, id, told), 1);
                return told.size() == first.size();
            });
            assertThat(told).isEqualTo(first);
        }
    }

    private record AskingAgain(Session session, Batch again, long id, List<Long> told) implements ResultHandler {
        @Override
        public void onResult(long correlationId, int status, Entry entry) {
            // the ping, and at the close what was asked again
        }

        @Override
        public void onBatchEntry(long correlationId, int index, int status, Entry entry) {
            if (correlationId == id) {
                told.add(entry.handle());
                session.get(again);
            }
        }
    }

    /** Short values, other values and none take different messages; the oracle is the get of each alone. */
    @Test
    void shouldAnswerABatchOfHandlesAsItAnswersEachAlone() {
        SplittableRandom random = new SplittableRandom(Seed.of(2811));
        try (BlockingSession session = appliance.connect()) {
            long[] handles = new long[200];
            for (int i = 0; i < handles.length; i++) {
                handles[i] = prepare(session, i, random);
            }
            long gets = appliance.counter(Counter.GETS);
            int asked = 0;
            for (int round = 0; round < 500; round++) {
                boolean isShort = random.nextBoolean(); // else as it comes
                batch.clear();
                for (int i = 1 + random.nextInt(64); i > 0; i--) {
                    int index = random.nextInt(handles.length);
                    batch.add(handles[isShort ? index & ~1 : index]);
                }
                assertThat(session.get(batch)).isEqualTo(Status.OK);
                for (int i = 0; i < batch.length(); i++) {
                    assertIsAsAlone(session, i);
                }
                asked += 2 * batch.length();
            }
            long counted = gets + asked;
            Await.until("every get is counted", 20_000, () -> appliance.counter(Counter.GETS) >= counted);
            assertThat(appliance.counter(Counter.GETS)).as("and none twice").isEqualTo(counted);
        }
    }

    /** With an even index a value of 16 bytes or none, else of any length. */
    private long prepare(BlockingSession session, int index, SplittableRandom random) {
        key.setUtf8("alone:" + index);
        value.setUtf8(text(index, index % 2 == 0 ? 16 : random.nextInt(60)));
        session.put(key, value, entry);
        long handle = entry.handle();
        switch (random.nextInt(5)) {
            case 0 -> session.delete(handle, entry);
            case 1 -> session.clear(handle, entry);
            default -> {}
        }
        return handle;
    }

    private void assertIsAsAlone(BlockingSession session, int index) {
        assertThat(session.get(batch.handle(index), entry)).isEqualTo(batch.status(index));
        if (batch.status(index) == Status.OK) {
            assertThat(batch.entry(index).handle()).isEqualTo(batch.handle(index));
            assertThat(batch.entry(index).version()).isEqualTo(entry.version());
            assertThat(batch.entry(index).value().toUtf8())
                    .isEqualTo(entry.value().toUtf8());
        }
    }

    @Test
    void shouldAnswerHandlesOfAnotherEpochWithEpochChanged() throws IOException {
        try (BlockingSession session = appliance.connect()) {
            key.setUtf8("epoch:1");
            value.setUtf8("v");
            session.put(key, value, entry);
            long handle = entry.handle();
            appliance.restart();
            session.session().reconnect();
            batch.clear();
            batch.add(handle);
            batch.add(key);
            assertThat(session.get(batch)).isEqualTo(Status.OK);
            assertThat(batch.status(0)).isEqualTo(Status.EPOCH_CHANGED);
            assertThat(batch.status(1)).isEqualTo(Status.OK);
            long current = batch.entry(1).handle();
            long currentVersion = batch.entry(1).version();
            batch.clear();
            batch.add(handle);
            batch.add(current);
            assertThat(session.get(batch)).isEqualTo(Status.OK);
            assertThat(batch.status(0)).as("by handles alone").isEqualTo(Status.EPOCH_CHANGED);
            assertThat(batch.status(1)).as("of the session's old epoch too").isEqualTo(Status.EPOCH_CHANGED);
            group.clear();
            group.put(key, Group.ANY_VERSION, value);
            group.delete(handle, Group.ANY_VERSION);
            assertThat(session.apply(group)).isEqualTo(Status.EPOCH_CHANGED);
            assertThat(group.batch().status(0)).isEqualTo(Status.NOT_APPLIED);
            assertThat(group.batch().status(1)).isEqualTo(Status.EPOCH_CHANGED);
            session.session().adoptEpoch();
            group.clear();
            group.delete(current, currentVersion);
            assertThat(session.apply(group)).isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldApplyAGroupWholeOrNotAtAllAndNameTheVersionThereIs() throws IOException {
        try (BlockingSession session = appliance.connect();
                ColocatedReader reader =
                        ColocatedReader.open(Path.of(session.limits().regionPath()))) {
            key.setUtf8("group:limit");
            session.add(key, 100, entry);
            long limit = entry.handle();
            long version = entry.version();
            Key position = new Key("group:position");
            group.clear();
            group.add(limit, version, -30);
            group.add(position, Group.NO_ENTRY, 30);
            assertThat(session.apply(group)).isEqualTo(Status.OK);
            batch.clear();
            batch.add(limit);
            batch.add(group.batch().entry(1).handle());
            assertThat(reader.get(batch)).isEqualTo(Status.OK);
            assertThat(batch.entry(0).value().getLong(0)).isEqualTo(70);
            assertThat(batch.entry(1).value().getLong(0)).isEqualTo(30);
            assertThat(batch.entry(1).version()).isEqualTo(batch.entry(0).version() + 1);
            assertThat(session.apply(group)).as("again, with the old version").isEqualTo(Status.VERSION_CONFLICT);
            assertThat(group.batch().status(0)).isEqualTo(Status.VERSION_CONFLICT);
            assertThat(group.batch().entry(0).version())
                    .isEqualTo(batch.entry(0).version());
            assertThat(group.batch().status(1)).isEqualTo(Status.NOT_APPLIED);
            assertThat(reader.get(batch)).isEqualTo(Status.OK);
            assertThat(batch.entry(0).value().getLong(0)).isEqualTo(70);
        }
    }

    @Test
    void shouldAnswerNotYetForALevelThatNothingReachesHere() {
        try (BlockingSession session = appliance.connect()) {
            key.setUtf8("level:1");
            value.setUtf8("v");
            session.put(key, value, entry);
            long handle = entry.handle();
            long version = entry.version();
            assertThat(session.get(handle, Level.MEMORY, entry)).isEqualTo(Status.OK);
            assertThat(session.get(handle, Level.PERSISTENT, entry)).isEqualTo(Status.NOT_YET);
            assertThat(entry.version()).isEqualTo(version);
            assertThat(entry.value().length()).isZero();
            assertThat(session.get(handle, 99, entry)).isEqualTo(Status.INVALID_REQUEST);
        }
    }
}
