package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.RunningAppliance;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of request by every way that a session comes. */
@Tag("beside-others")
class EveryWayTest {
    private static final int LARGE = 60_000;
    private static final long HOUR_NS = 3_600_000_000_000L;

    private final Key key = new Key("every");
    private final Value value = new Value(64 << 10);
    private final Entry entry = new Entry(64 << 10);

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldChangeOneEntryInEveryWay(Way way) throws IOException {
        try (RunningAppliance appliance = way.start();
                BlockingSession session = way.connect(appliance)) {
            assertThat(session.add(key, 40, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            assertThat(session.add(handle, 2, entry)).isEqualTo(Status.OK);
            assertThat(session.get(handle, Level.MEMORY, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(42);
            assertThat(session.get(handle, Level.PERSISTENT, entry)).isEqualTo(Status.NOT_YET);
            int synced = Status.NOT_YET;
            while (synced == Status.NOT_YET) {
                synced = session.get(handle, Level.SYNCED, entry);
            }
            assertThat(synced).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(42);
            value.setUtf8("if");
            assertThat(session.putIf(handle, entry.version() + 1, value, entry)).isEqualTo(Status.VERSION_CONFLICT);
            assertThat(session.putIf(key, entry.version(), value, entry)).isEqualTo(Status.OK);
            assertThat(session.putFor(handle, HOUR_NS, value, entry)).isEqualTo(Status.OK);
            assertThat(session.touch(key, 1, entry)).isEqualTo(Status.OK);
            Await.until("it has ended", 10_000, () -> session.get(key, entry) == Status.NOT_FOUND);
            assertThat(session.insert(key, value, entry)).isEqualTo(Status.OK);
            assertThat(session.clear(key, entry)).isEqualTo(Status.OK);
            assertThat(session.get(key, entry)).isEqualTo(Status.ABSENT);
            assertThat(session.delete(key, entry)).isEqualTo(Status.OK);
            assertThat(session.allocate(entry)).isEqualTo(Status.OK);
            assertThat(session.ping()).isEqualTo(Status.OK);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldCarryBatchesGroupsPagesAndLargeValues(Way way) throws IOException {
        try (RunningAppliance appliance = way.start();
                BlockingSession session = way.connect(appliance)) {
            value.resize(LARGE);
            assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().length()).isEqualTo(LARGE);
            value.resize(16);
            Batch puts = new Batch(16);
            for (int i = 0; i < Batch.MAX_LENGTH; i++) {
                puts.add(new Key("scan:" + i), value);
            }
            assertThat(session.put(puts)).isEqualTo(Status.OK);
            Batch gets = new Batch(64);
            for (int i = 0; i < Batch.MAX_LENGTH; i++) {
                gets.add(new Key("scan:" + i));
            }
            assertThat(session.get(gets)).isEqualTo(Status.OK);
            assertThat(gets.status(63)).isEqualTo(Status.OK);
            int[] found = new int[1];
            assertThat(session.scan(new Key("scan:"), Long.MAX_VALUE, (one, what) -> found[0]++))
                    .isEqualTo(Status.OK);
            assertThat(found[0]).isEqualTo(Batch.MAX_LENGTH);
            Group group = new Group(16);
            group.add(new Key("from"), Group.ANY_VERSION, -1);
            group.add(new Key("to"), Group.ANY_VERSION, 1);
            assertThat(session.apply(group)).isEqualTo(Status.OK);
            assertThat(session.get(new Key("from"), entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(-1);
        }
    }

    /** Answered in one piece while all are short, entry by entry as soon as one is not: the same to who asks. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldGetByManyHandlesShortValuesAndLongOnes(Way way) throws IOException {
        try (RunningAppliance appliance = way.start();
                BlockingSession session = way.connect(appliance)) {
            Batch gets = new Batch(64);
            for (int i = 0; i < Batch.MAX_LENGTH; i++) {
                value.setInline(i, ~i, 16);
                assertThat(session.put(new Key("many:" + i), value, entry)).isEqualTo(Status.OK);
                gets.add(entry.handle());
            }
            session.delete(gets.handle(7), entry);
            for (boolean isLonger : new boolean[] {false, true}) {
                if (isLonger) {
                    value.resize(40);
                    session.put(gets.handle(63), value, entry);
                }
                assertThat(session.get(gets)).isEqualTo(Status.OK);
                for (int i = 0; i < Batch.MAX_LENGTH; i++) {
                    assertThat(gets.status(i)).isEqualTo(i == 7 ? Status.STALE_HANDLE : Status.OK);
                    boolean isShort = i != 7 && !(isLonger && i == 63);
                    assertThat(gets.entry(i).value().word0()).isEqualTo(isShort ? i : 0);
                    assertThat(gets.entry(i).value().word1()).isEqualTo(isShort ? ~i : 0);
                }
                assertThat(gets.entry(63).value().length()).isEqualTo(isLonger ? 40 : 16);
            }
        }
    }

    /** A newer client's message has a longer block and a field behind the last that is known: both are passed over. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldTakeWhatItKnowsOfANewerClientsMessage(Way way) throws IOException {
        byte[] known = MangledFrames.whole(14, 4, 4, new java.util.SplittableRandom(1));
        int block = 17;
        byte[] newer = new byte[known.length + 8 + 5];
        System.arraycopy(known, 0, newer, 0, 8 + block);
        System.arraycopy(known, 8 + block, newer, 8 + block + 8, known.length - 8 - block);
        newer[0] = (byte) (block + 8);
        newer[6] = 2;
        newer[newer.length - 5] = 3;
        try (RunningAppliance appliance = way.start();
                RawClient client = new RawClient(appliance.dir(), 1 << 17, appliance.udp()).connect()) {
            client.send(newer, newer.length);
            Await.until("an answer", 20_000, () -> {
                client.poll();
                return client.answers() == 1;
            });
            assertThat(client.lastStatus()).isEqualTo(Status.OK);
        }
    }
}
