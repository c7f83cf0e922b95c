package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.client.BlockingSession;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.Counter;
import io.needletail.server.RunningAppliance;
import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Values that no message holds: they go in chunks on streams of their own, in both directions. */
@Tag("beside-others")
class LargeValueTest {
    private static final long SEED = 3;
    private static final int MIB = 1 << 20;

    private static RunningAppliance appliance;

    private final Key key = new Key();
    private final Value value = new Value(MIB);
    private final Entry entry = new Entry(MIB);

    @BeforeAll
    static void start() throws IOException {
        appliance = new RunningAppliance("max-value-length=1m", "slab-bytes=64m", "ring-bytes=8m");
    }

    @AfterAll
    static void stop() throws IOException {
        appliance.close();
    }

    private void fill(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        value.set(bytes, 0, length);
    }

    @Test
    void shouldCarryValuesUpToOneMebibyteInEveryKindOfPut() {
        try (BlockingSession session = appliance.connect()) {
            key.setUtf8("k".repeat(1024));
            assertThat(session.limits().maxValueLength()).isEqualTo(MIB);
            for (int length : new int[] {7041, 61_439, 61_440, 61_441, 65_536, 500_000, MIB - 1, MIB}) {
                fill(length, length);
                assertThat(session.put(key, value, entry)).as("%d", length).isEqualTo(Status.OK);
                long handle = entry.handle();
                long version = entry.version();
                assertThat(session.get(handle, entry)).isEqualTo(Status.OK);
                assertThat(entry.value().contentEquals(value)).isTrue();
                assertThat(entry.version()).isEqualTo(version);
                assertThat(entry.handle()).isEqualTo(handle);
                fill(length, ~length);
                assertThat(session.putIf(handle, version, value, entry)).isEqualTo(Status.OK);
                assertThat(session.putIf(key, version, value, entry)).isEqualTo(Status.VERSION_CONFLICT);
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
                assertThat(entry.value().contentEquals(value)).isTrue();
                assertThat(session.putFor(handle, 3_600_000_000_000L, value, entry))
                        .isEqualTo(Status.OK);
                assertThat(session.get(handle, Level.MEMORY, entry)).isEqualTo(Status.OK);
                assertThat(session.get(handle, Level.PERSISTENT, entry)).isEqualTo(Status.NOT_YET);
                assertThat(session.insert(key, value, entry)).isEqualTo(Status.EXISTS);
                assertThat(session.delete(key, entry)).isEqualTo(Status.OK);
                assertThat(session.put(handle, value, entry)).isEqualTo(Status.STALE_HANDLE);
            }
            Value tooLong = new Value(MIB + 1);
            tooLong.resize(MIB + 1);
            assertThat(session.put(key, tooLong, entry)).isEqualTo(Status.VALUE_TOO_LONG);
            assertThat(session.ping()).isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldScanThemAndLeaveThemOutOfBatches() {
        try (BlockingSession session = appliance.connect()) {
            Map<String, Long> expected = new HashMap<>();
            Batch batch = new Batch(8000);
            for (int i = 0; i < 12; i++) {
                key.setUtf8("scan-large:" + i);
                fill(i % 3 == 0 ? 20 : 7000 + i * 4000, i);
                session.put(key, value, entry);
                expected.put(key.toUtf8(), crcOf(value));
                batch.add(entry.handle());
            }
            Map<String, Long> found = new HashMap<>();
            assertThat(session.scan(
                            new Key("scan-large:"), 100, (seen, at) -> found.put(seen.toUtf8(), crcOf(at.value()))))
                    .isEqualTo(Status.OK);
            assertThat(found).isEqualTo(expected);
            assertThat(session.get(batch)).isEqualTo(Status.OK);
            for (int i = 0; i < 12; i++) {
                assertThat(batch.status(i)).isEqualTo(i % 3 == 0 ? Status.OK : Status.REPLY_FULL);
            }
            batch.clear();
            key.setUtf8("scan-large:unknown");
            batch.add(key);
            assertThat(session.get(batch)).isEqualTo(Status.OK);
            assertThat(batch.status(0)).isEqualTo(Status.NOT_FOUND);
        }
    }

    private static long crcOf(Value value) {
        CRC32C crc = new CRC32C();
        crc.update(value.array(), 0, value.length());
        return crc.getValue();
    }

    /** The first eight bytes of each value are the seed of the rest. */
    private void fillSealed(int length, long seed) {
        fill(length, seed);
        value.putLong(0, seed);
    }

    private static boolean isWhole(Value found) {
        long seed = found.getLong(0);
        byte[] bytes = new byte[found.length()];
        new SplittableRandom(seed).nextBytes(bytes);
        Value expected = new Value(bytes.length);
        expected.set(bytes, 0, bytes.length);
        expected.putLong(0, seed);
        return expected.contentEquals(found);
    }

    @Test
    void shouldForgetWhatAnAbandonedScanLeftOut() {
        try (BlockingSession session = appliance.connect()) {
            fill(60_000, 1);
            for (String name : new String[] {"abandoned:1", "abandoned:2", "abandoned:3"}) {
                key.setUtf8(name);
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            }
            fill(20, 1);
            for (String name : new String[] {"abandoned:4", "next:1"}) {
                key.setUtf8(name);
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            }
            assertThatThrownBy(() -> session.scan(new Key("abandoned:"), 10, (each, at) -> {
                        throw new IllegalStateException("enough");
                    }))
                    .hasMessageContaining("enough");
            List<String> found = new ArrayList<>();
            assertThat(session.scan(new Key("next:"), 10, (each, at) -> found.add(each.toUtf8())))
                    .isEqualTo(Status.OK);
            assertThat(found).containsExactly("next:1");
        }
    }

    @Test
    void shouldSendWholeValuesWhileTheyAreBeingReplaced() throws InterruptedException {
        long required = Proof.required(300, 20_000);
        long seed = Seed.of(SEED);
        try (BlockingSession session = appliance.connect()) {
            key.setUtf8("replaced");
            fillSealed(MIB, seed);
            session.put(key, value, entry);
            long handle = entry.handle();
            boolean[] stop = new boolean[1];
            Thread writer = Thread.ofPlatform().start(() -> replaceUntilStopped(handle, stop));
            long versions = 0;
            long before = 0;
            for (long i = 0; i < required; i++) {
                assertThat(session.get(handle, entry)).isEqualTo(Status.OK);
                assertThat(isWhole(entry.value())).isTrue();
                assertThat(entry.version()).isGreaterThanOrEqualTo(before);
                versions += entry.version() > before ? 1 : 0;
                before = entry.version();
            }
            synchronized (stop) {
                stop[0] = true;
            }
            writer.join();
            assertThat(versions).isGreaterThan(3);
            Proof.note("large-values-whole", required, required, seed);
        }
    }

    private static void replaceUntilStopped(long handle, boolean[] stop) {
        try (BlockingSession session = appliance.connect()) {
            Entry answer = new Entry(16);
            LargeValueTest writer = new LargeValueTest();
            SplittableRandom random = new SplittableRandom(SEED);
            while (true) {
                synchronized (stop) {
                    if (stop[0]) {
                        return;
                    }
                }
                writer.fillSealed(random.nextInt(7041, MIB), random.nextLong());
                if (session.put(handle, writer.value, answer) != Status.OK) {
                    throw new AssertionError("a put was refused");
                }
            }
        }
    }

    /** A large get is served after the shard has seen the value; by then it may be another one. */
    @Test
    void shouldAnswerAGetWhoseValueBecomesEmptyMeanwhile() throws InterruptedException {
        Key changing = new Key("changing");
        Entry found = new Entry(1 << 16);
        AtomicBoolean stop = new AtomicBoolean();
        value.resize(1 << 16);
        Thread writer = Thread.ofPlatform().start(() -> {
            Value empty = new Value(0);
            Value large = new Value(1 << 16);
            large.resize(1 << 16);
            Entry written = new Entry(16);
            try (BlockingSession other = appliance.connect()) {
                while (!stop.get()) {
                    assertThat(other.put(changing, empty, written)).isEqualTo(Status.OK);
                    assertThat(other.put(changing, large, written)).isEqualTo(Status.OK);
                }
            }
        });
        try (BlockingSession session = appliance.connect()) {
            Await.until("it is there", 20_000, () -> session.get(changing, found) == Status.OK);
            for (int i = 0; i < 2_000; i++) {
                assertThat(session.get(changing, found)).isEqualTo(Status.OK);
                assertThat(found.value().length()).isIn(0, 1 << 16);
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    @Test
    void shouldSendSeveralValuesToOneClientOneAfterTheOther() {
        try (BlockingSession blocking = appliance.connect();
                Session session = Session.connect(appliance.dir(), RunningAppliance.TIMEOUT_NS)) {
            Map<Long, Long> expected = new HashMap<>();
            long[] handles = new long[8];
            for (int i = 0; i < handles.length; i++) {
                key.setUtf8("several:" + i);
                fill(300_000 + i * 1000, i);
                blocking.put(key, value, entry);
                handles[i] = entry.handle();
            }
            for (int i = 0; i < handles.length; i++) {
                fill(300_000 + i * 1000, i);
                expected.put(session.get(handles[i]), crcOf(value));
            }
            Map<Long, Long> found = new HashMap<>();
            ResultHandler handler = (id, status, answer) -> {
                assertThat(status).isEqualTo(Status.OK);
                found.put(id, crcOf(answer.value()));
            };
            long deadlineNs = System.nanoTime() + RunningAppliance.TIMEOUT_NS;
            while (found.size() < handles.length && System.nanoTime() - deadlineNs < 0) {
                session.poll(handler, 1);
            }
            assertThat(found).isEqualTo(expected);
        }
    }

    @Test
    void shouldDisconnectAClientThatLeavesLargeValuesUnreadAndDelayNobody() throws IOException {
        try (RunningAppliance other = new RunningAppliance("slow-reader-timeout=200ms", "slab-bytes=64m");
                BlockingSession bystander = other.connect();
                RawClient slow = new RawClient(other.dir(), 1 << 18).connect()) {
            key.setUtf8("large");
            fill(65_536, 1);
            bystander.put(key, value, entry);
            byte[] get = getByHandle(entry.handle(), bystander.limits().epoch());
            long deadlineNs = System.nanoTime() + RunningAppliance.TIMEOUT_NS;
            while (other.counter(Counter.SLOW_READERS) == 0) {
                slow.offer(get);
                assertThat(bystander.get(key, entry)).isEqualTo(Status.OK);
                assertThat(entry.value().contentEquals(value)).isTrue();
                assertThat(System.nanoTime() - deadlineNs).isNegative();
            }
            assertThat(slow.awaitOutcome()).isEqualTo("SLOW_READER: answers were left unread");
        }
    }

    private static byte[] getByHandle(long handle, long epoch) {
        org.agrona.concurrent.UnsafeBuffer buffer = new org.agrona.concurrent.UnsafeBuffer(new byte[32]);
        new io.needletail.protocol.GetByHandleEncoder()
                .wrapAndApplyHeader(buffer, 0, new io.needletail.protocol.MessageHeaderEncoder())
                .correlationId(2)
                .epoch(epoch)
                .handle(handle);
        return buffer.byteArray();
    }

    @Test
    void shouldCountThem() {
        try (BlockingSession session = appliance.connect()) {
            long puts = appliance.counter(Counter.LARGE_PUTS);
            key.setUtf8("counted");
            fill(100_000, 1);
            session.put(key, value, entry);
            session.get(key, entry);
            io.needletail.server.Await.until("counted", 5_000, () -> appliance.counter(Counter.LARGE_PUTS) == puts + 1);
            assertThat(appliance.counter(Counter.LARGE_GETS)).isPositive();
        }
    }

    /** Chunks of sessions that ended before they were read must not keep their logs of 3 MiB in shared memory. */
    @Test
    void shouldLeaveNoLogBehindWhenASessionEndsInTheMiddleOfALargeValue() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("liveness-timeout=300ms")) {
            Path logs = appliance.dir().resolve("aeron").toRealPath().resolve("publications");
            long before = PublicationLogs.in(logs);
            Value large = new Value(1 << 16);
            large.resize(1 << 16);
            for (int i = 0; i < 20; i++) {
                try (Session session = Session.connect(appliance.dir(), RunningAppliance.TIMEOUT_NS)) {
                    assertThat(session.put(new Key("abandoned"), large)).isPositive();
                }
            }
            Await.until("the logs are gone", 40_000, () -> PublicationLogs.in(logs) <= before);
        }
    }
}
