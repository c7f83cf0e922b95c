package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.client.BlockingSession;
import io.needletail.client.SessionException;
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
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that break the protocol, do not read, or are too many, while another session goes on as if nothing were. */
@Tag("beside-others")
class HostileSessionTest {
    private static final long SEED = 271;
    private static final String[] FAULTS = {
        "TOO_SHORT", "TRAILING_BYTES", "FRAGMENTED", "BLOCK_LENGTH", "UNKNOWN_TEMPLATE",
        "FOREIGN_SCHEMA", "VERSION", "VARIABLE_LENGTH", "ENUM_VALUE", "NOT_CONNECTED",
        "ENTRY_LENGTH", "ENTRY_COUNT", "CHUNK"
    };

    private final Key key = new Key("bystander");
    private final Value value = new Value(16);
    private final Entry entry = new Entry(7040);
    private int stream = 1 << 17;

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldCloseTheSessionForEveryKindOfMalformedFrameAndNoOther(Way way) throws IOException {
        long required = way == Way.IPC ? Proof.required(100, 10_000) : Proof.required(50, 5_000);
        SplittableRandom random = new SplittableRandom(Seed.of(SEED));
        try (RunningAppliance appliance = way.start("session-limit=8");
                BlockingSession bystander = way.connect(appliance)) {
            value.setUtf8("untouched");
            assertThat(bystander.put(key, value, entry)).isEqualTo(Status.OK);
            for (String fault : FAULTS) {
                for (long i = 0; i < required; i++) {
                    provoke(appliance, fault, random);
                    assertThat(bystander.get(key, entry)).isEqualTo(Status.OK);
                    assertThat(entry.value().toUtf8()).isEqualTo("untouched");
                }
            }
            long malformed = FAULTS.length * required;
            assertThat(appliance.counter(Counter.ERRORS)).isZero();
            Await.until("all counted", 5_000, () -> appliance.counter(Counter.MALFORMED_FRAMES) == malformed);
            assertThat(appliance.appliance().hasFailed()).isFalse();
            Proof.note(
                    "malformed-frames-through-" + way.name().toLowerCase(Locale.ROOT) + "-sessions",
                    malformed,
                    appliance.counter(Counter.MALFORMED_FRAMES),
                    SEED);
        }
    }

    private void provoke(RunningAppliance appliance, String fault, SplittableRandom random) {
        try (RawClient client = new RawClient(appliance.dir(), stream++, appliance.udp())) {
            byte[] bytes = frameWith(fault, random);
            if (fault.equals("NOT_CONNECTED")) {
                long before = appliance.counter(Counter.MALFORMED_FRAMES);
                client.send(bytes, bytes.length); // nobody to answer: there is no reply stream yet
                Await.until("it was counted", 5_000, () -> appliance.counter(Counter.MALFORMED_FRAMES) == before + 1);
                return;
            }
            client.connect();
            if (fault.equals("CHUNK")) {
                client.sendBulk(bytes, bytes.length);
            } else {
                client.send(bytes, bytes.length);
            }
            String expected = FrameFault.valueOf(fault).what();
            assertThat(client.awaitOutcome()).isEqualTo("MALFORMED_FRAME: " + expected);
        }
    }

    private static byte[] frameWith(String fault, SplittableRandom random) {
        MangledFrames frames = new MangledFrames(random.nextLong());
        byte[] put = MangledFrames.whole(14, 10, 10, random);
        byte[] get = MangledFrames.whole(11, 0, 0, random);
        return switch (fault) {
            case "TOO_SHORT" -> java.util.Arrays.copyOf(get, random.nextInt(1, get.length));
            case "TRAILING_BYTES" -> frames.mangle(get, 11, 1);
            case "FRAGMENTED" -> java.util.Arrays.copyOf(put, 8161);
            case "BLOCK_LENGTH" -> with(get, 0, random.nextInt(24));
            case "UNKNOWN_TEMPLATE" -> with(get, 2, 200 + random.nextInt(200));
            case "FOREIGN_SCHEMA" -> with(get, 4, random.nextInt(7301));
            case "VERSION" -> with(get, 6, 0);
            case "VARIABLE_LENGTH" -> with(put, 8 + 17, 100 + random.nextInt(65_000));
            case "ENUM_VALUE" -> {
                byte[] resolve = MangledFrames.whole(10, 5, 0, random);
                resolve[8 + 16] = (byte) (2 + random.nextInt(250));
                yield resolve;
            }
            case "ENTRY_LENGTH" -> with(MangledFrames.whole(62, 3, 4, random), 8 + 17, random.nextInt(25));
            case "ENTRY_COUNT" -> withEntries(random);
            case "CHUNK" -> ChunkFrames.wrong(random);
            default -> get;
        };
    }

    /** None, or too many; a batch or a group. */
    private static byte[] withEntries(SplittableRandom random) {
        boolean isGroup = random.nextBoolean();
        int count = random.nextBoolean() ? 0 : 65 + random.nextInt(60_000);
        return with(MangledFrames.whole(isGroup ? 62 : 61, 3, 4, random), 8 + (isGroup ? 17 : 18) + 2, count);
    }

    private static byte[] with(byte[] bytes, int offset, int value) {
        bytes[offset] = (byte) value;
        bytes[offset + 1] = (byte) (value >>> 8);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldDisconnectAClientThatLeavesItsAnswersUnreadAndDelayNobody(Way way) throws IOException {
        try (RunningAppliance appliance = way.start("slow-reader-timeout=200ms");
                BlockingSession bystander = way.connect(appliance);
                RawClient slow = new RawClient(appliance.dir(), stream++, appliance.udp()).connect()) {
            value.setUtf8("v");
            bystander.put(key, value, entry);
            byte[] get = MangledFrames.whole(12, 9, 0, new SplittableRandom(1));
            int answered = 0;
            long deadlineNs = System.nanoTime() + 20_000_000_000L;
            while (appliance.counter(Counter.SLOW_READERS) == 0) {
                slow.offer(get);
                assertThat(bystander.get(key, entry)).isEqualTo(Status.OK);
                answered++;
                assertThat(System.nanoTime() - deadlineNs).isNegative();
            }
            assertThat(answered).isGreaterThan(100); // that is, while the slow one was still there
            assertThat(slow.awaitOutcome())
                    .isEqualTo(
                            way == Way.SHARED
                                    ? "SLOW_READER: more than 30 requests are unanswered"
                                    : "SLOW_READER: answers were left unread");
            assertThat(slow.answers()).isGreaterThan(100);
        }
    }

    @Test
    void shouldRefuseTheSessionAfterTheLastAndSayHowToRaiseTheLimit() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("session-limit=3")) {
            List<BlockingSession> sessions = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                sessions.add(appliance.connect());
            }
            assertThatThrownBy(appliance::connect)
                    .isInstanceOf(SessionException.class)
                    .hasMessageContaining("SESSION_LIMIT")
                    .hasMessageContaining("session-limit=3");
            sessions.remove(0).close();
            Await.until("the place is free", 5_000, () -> appliance.counter(Counter.SESSIONS) == 2);
            sessions.add(appliance.connect());
            assertThat(sessions.get(2).ping()).isEqualTo(Status.OK);
            sessions.forEach(BlockingSession::close);
            Await.until("all are closed", 5_000, () -> appliance.counter(Counter.SESSIONS) == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldRefuseAnotherProtocolVersion(Way way) throws IOException {
        try (RunningAppliance appliance = way.start();
                RawClient client = new RawClient(appliance.dir(), stream++, appliance.udp())) {
            client.sendConnect(99);
            assertThat(client.awaitOutcome())
                    .isEqualTo("PROTOCOL_VERSION: protocol version 99, this appliance speaks 1");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldEndASessionThatGivesNoSignOfLife(Way way) throws IOException {
        try (RunningAppliance appliance = way.start("liveness-timeout=300ms");
                RawClient client = new RawClient(appliance.dir(), stream++, appliance.udp()).connect()) {
            assertThat(client.awaitOutcome()).isEqualTo("LIVENESS_TIMEOUT: no sign of life");
            Await.until("its place is free", 5_000, () -> appliance.counter(Counter.SESSIONS) == 0);
            assertThat(appliance.counter(Counter.LIVENESS_TIMEOUTS)).isEqualTo(1);
        }
    }
}
