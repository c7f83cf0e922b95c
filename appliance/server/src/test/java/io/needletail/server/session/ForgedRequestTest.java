package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.Counter;
import io.needletail.server.RunningAppliance;
import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Well-formed requests that lie: handles that nobody was given, epochs that are not, frames that change after they were sent. */
@Tag("beside-others")
class ForgedRequestTest {
    private static final long SEED = 1492;
    private static final long TIMEOUT_MS = 20_000;
    private static final int GET_BY_HANDLE = 11;
    private static final int PUT_BY_KEY = 14;
    private static final int EPOCH_AT = 16;

    private final SplittableRandom random = new SplittableRandom(Seed.of(SEED));
    private final Key key = new Key("bystander");
    private final Value value = new Value(16);
    private final Entry entry = new Entry(7040);
    private int stream = 1 << 17;

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldAnswerAStaleHandleAfterSlotReuseAndNeverAnotherKeysData(Way way) throws IOException {
        try (RunningAppliance appliance = way.start("keyed-slots=64");
                BlockingSession session = way.connect(appliance)) {
            value.setUtf8("first");
            assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            long stale = entry.handle();
            assertThat(session.delete(stale, entry)).isEqualTo(Status.OK);
            value.setUtf8("other");
            boolean reused = false;
            for (int i = 0; i < 64; i++) {
                assertThat(session.put(new Key("other:" + i), value, entry)).isEqualTo(Status.OK);
                reused |= Handle.slot(entry.handle()) == Handle.slot(stale);
            }
            assertThat(reused).isTrue();
            assertThat(session.get(stale, entry)).isEqualTo(Status.STALE_HANDLE);
            assertThat(session.put(stale, value, entry)).isEqualTo(Status.STALE_HANDLE);
            assertThat(session.delete(stale, entry)).isEqualTo(Status.STALE_HANDLE);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldAnswerForgedHandlesWithNothing(Way way) throws IOException {
        int required = (int) Proof.required(10_000, 1_000_000);
        try (RunningAppliance appliance = way.start();
                BlockingSession session = way.connect(appliance)) {
            value.setUtf8("secret");
            assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            for (int i = 0; i < required; i++) {
                long forged = i % 2 == 0 ? random.nextLong() : handle ^ (1L << random.nextInt(64));
                int status = session.get(forged, entry);
                assertThat(status)
                        .as("handle=%d forged=%d", handle, forged)
                        .isIn(Status.STALE_HANDLE, Status.WRONG_SHARD, Status.INVALID_REQUEST);
                assertThat(entry.value().length()).isZero();
            }
            assertThat(session.get(handle, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().toUtf8()).isEqualTo("secret");
            Proof.note("forged-handles-" + name(way), required, required, SEED);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldAnswerEveryEpochButItsOwnWithEpochChanged(Way way) throws IOException {
        int required = (int) Proof.required(2_000, 100_000);
        try (RunningAppliance appliance = way.start();
                BlockingSession session = way.connect(appliance);
                RawClient client = new RawClient(appliance.dir(), stream++, appliance.udp()).connect()) {
            assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            long epoch = session.limits().epoch();
            byte[] get = MangledFrames.whole(GET_BY_HANDLE, 0, 0, random);
            ByteBuffer fields = ByteBuffer.wrap(get).order(ByteOrder.LITTLE_ENDIAN);
            fields.putLong(EPOCH_AT + 8, handle);
            for (int i = 1; i <= required; i++) {
                long wrong = i % 2 == 0 ? random.nextLong() : epoch + random.nextInt(1, 1000) * (i % 4 == 1 ? 1 : -1);
                fields.putLong(EPOCH_AT, wrong == epoch ? epoch + 1 : wrong);
                client.send(get, get.length);
                int asked = i;
                Await.until("an answer", TIMEOUT_MS, () -> {
                    client.poll();
                    return client.answers() == asked;
                });
                assertThat(client.lastStatus()).isEqualTo(Status.EPOCH_CHANGED);
            }
            fields.putLong(EPOCH_AT, epoch);
            client.send(get, get.length);
            Await.until("an answer", TIMEOUT_MS, () -> {
                client.poll();
                return client.answers() == required + 1;
            });
            assertThat(client.lastStatus()).isEqualTo(Status.OK);
            Proof.note("wrong-epochs-" + name(way), required, required, SEED);
        }
    }

    /** A field that is read twice can be one thing when it is checked and another when it is used. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldDoNothingWorseThanEndTheSessionWhoseFramesChangeAfterTheyWereSent(Way way) throws IOException {
        int required = (int) Proof.required(10_000, 500_000);
        int sent = 0;
        try (RunningAppliance appliance = way.start();
                BlockingSession bystander = way.connect(appliance)) {
            value.setUtf8("untouched");
            assertThat(bystander.put(key, value, entry)).isEqualTo(Status.OK);
            long version = entry.version();
            while (sent < required) {
                sent += changeUntilItEnds(appliance, required - sent);
                assertThat(bystander.get(key, entry)).isEqualTo(Status.OK);
                assertThat(entry.value().toUtf8()).isEqualTo("untouched");
                assertThat(entry.version()).isEqualTo(version);
            }
            Await.until("some were seen changed", TIMEOUT_MS, () -> appliance.counter(Counter.MALFORMED_FRAMES) > 0);
            assertThat(appliance.counter(Counter.ERRORS)).isZero();
            assertThat(appliance.appliance().hasFailed()).isFalse();
            Proof.note("frames-changed-after-sending-" + name(way), required, sent, SEED);
        }
    }

    /** Where frames are changed at random most of them end their session: only the length of the key, most of the time. */
    private int changeUntilItEnds(RunningAppliance appliance, int most) {
        int sent = 0;
        try (RawClient client = new RawClient(appliance.dir(), stream++, appliance.udp()).connect()) {
            byte[] put = MangledFrames.whole(PUT_BY_KEY, 12, 10, random);
            while (sent < most && !client.isOver()) {
                sent += client.sendAndChange(put, random, 1 + random.nextInt(40)) ? 1 : 0;
            }
        }
        return sent;
    }

    private static String name(Way way) {
        return way.name().toLowerCase(Locale.ROOT);
    }
}
