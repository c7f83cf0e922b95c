package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.client.BlockingSession;
import io.needletail.client.CloseCause;
import io.needletail.client.ColocatedReader;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.client.SessionException;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.Counter;
import io.needletail.server.RunningAppliance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static RunningAppliance appliance;

    private final Key key = new Key();
    private final Value value = new Value(70_000);
    private final Entry entry = new Entry(65_536);

    @BeforeAll
    static void start() throws IOException {
        appliance = new RunningAppliance();
    }

    @AfterAll
    static void stop() throws IOException {
        appliance.close();
    }

    @Test
    void shouldAnswerEveryOperationWithItsStatus() {
        try (BlockingSession session = appliance.connect()) {
            key.setUtf8("ops:1");
            value.setUtf8("first");
            assertThat(session.get(key, entry)).isEqualTo(Status.NOT_FOUND);
            assertThat(session.resolve(key, false, entry)).isEqualTo(Status.NOT_FOUND);
            assertThat(session.insert(key, value, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            long version = entry.version();
            assertThat(session.insert(key, value, entry)).isEqualTo(Status.EXISTS);
            assertThat(session.resolve(key, true, entry)).isEqualTo(Status.OK);
            assertThat(entry.handle()).isEqualTo(handle);
            assertThat(entry.version()).isEqualTo(version);
            value.setUtf8("second");
            assertThat(session.put(handle, value, entry)).isEqualTo(Status.OK);
            assertThat(entry.version()).isGreaterThan(version);
            assertThat(session.get(handle, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().toUtf8()).isEqualTo("second");
            assertThat(session.delete(handle, entry)).isEqualTo(Status.OK);
            assertThat(session.get(handle, entry)).isEqualTo(Status.STALE_HANDLE);
            assertThat(session.delete(key, entry)).isEqualTo(Status.NOT_FOUND);
            assertThat(session.ping()).isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldCarryEveryValueLengthUpToTheLimitAndRefuseTheNext() {
        try (BlockingSession session = appliance.connect()) {
            key.setUtf8("k".repeat(1024));
            for (int length :
                    new int[] {0, 1, 15, 16, 17, 31, 32, 33, 1375, 1376, 1377, 7039, 7040, 7041, 61_440, 61_441, 65_536
                    }) {
                byte[] bytes = new byte[length];
                new java.util.SplittableRandom(length).nextBytes(bytes);
                value.set(bytes, 0, length);
                assertThat(session.put(key, value, entry))
                        .as("length %d", length)
                        .isEqualTo(Status.OK);
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
                assertThat(entry.value().toByteArray()).isEqualTo(bytes);
            }
            value.resize(65_537);
            assertThat(session.put(key, value, entry)).isEqualTo(Status.VALUE_TOO_LONG);
            assertThat(session.put(1L, value, entry)).isEqualTo(Status.VALUE_TOO_LONG);
            assertThat(session.delete(key, entry)).isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldRefuseMoreScansThanASessionMayHaveWaitingAndNobodyElses() {
        try (Session greedy = Session.connect(appliance.dir(), RunningAppliance.TIMEOUT_NS);
                BlockingSession modest = appliance.connect()) {
            Key prefix = new Key("none-of-these:");
            Set<Long> asked = new HashSet<>();
            while (asked.size() < 100) {
                asked.add(greedy.scan(prefix, 0, 10));
            }
            assertThat(modest.scan(prefix, 10, (found, at) -> {})).isEqualTo(Status.OK);
            int[] busy = new int[1];
            ResultHandler handler = new ResultHandler() {
                @Override
                public void onResult(long id, int status, Entry answer) {
                    assertThat(status).isEqualTo(Status.SCANNER_BUSY);
                    busy[0]++;
                    asked.remove(id);
                }

                @Override
                public void onScanEnd(long id, int status, long cursor) {
                    assertThat(status).isEqualTo(Status.OK);
                    asked.remove(id);
                }
            };
            Await.until("all answered", 20_000, () -> {
                greedy.poll(handler, 10);
                return asked.isEmpty();
            });
            assertThat(busy[0]).isBetween(1, 96);
        }
    }

    @Test
    void shouldPutOnlyOverTheVersionThatWasExpected() {
        try (BlockingSession session = appliance.connect()) {
            key.setUtf8("if:1");
            value.setUtf8("one");
            assertThat(session.putIf(key, 1, value, entry)).isEqualTo(Status.NOT_FOUND);
            session.put(key, value, entry);
            long handle = entry.handle();
            long version = entry.version();
            value.setUtf8("two");
            assertThat(session.putIf(handle, version, value, entry)).isEqualTo(Status.OK);
            assertThat(entry.version()).isGreaterThan(version);
            long second = entry.version();
            value.setUtf8("three");
            assertThat(session.putIf(key, version, value, entry)).isEqualTo(Status.VERSION_CONFLICT);
            assertThat(entry.version()).as("the version there is").isEqualTo(second);
            assertThat(session.putIf(key, second, value, entry)).isEqualTo(Status.OK);
            assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().toUtf8()).isEqualTo("three");
            assertThat(session.putIf(handle ^ 1L << 32, second, value, entry)).isEqualTo(Status.STALE_HANDLE);
        }
    }

    @Test
    void shouldAddToANumberAndRefuseWhatDoesNotFit() {
        try (BlockingSession session = appliance.connect()) {
            key.setUtf8("sum:1");
            assertThat(session.add(key, -300, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(-300);
            long handle = entry.handle();
            assertThat(session.add(handle, Long.MIN_VALUE + 300, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(Long.MIN_VALUE);
            assertThat(session.add(handle, -1, entry)).isEqualTo(Status.OVERFLOW);
            assertThat(session.add(handle, Long.MAX_VALUE, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(-1);
            value.setUtf8("seven");
            session.put(handle, value, entry);
            assertThat(session.add(key, 1, entry)).isEqualTo(Status.NOT_A_NUMBER);
            assertThat(session.clear(key, entry)).isEqualTo(Status.OK);
            assertThat(session.get(handle, entry)).isEqualTo(Status.ABSENT);
            assertThat(session.clear(handle, entry)).isEqualTo(Status.ABSENT);
            assertThat(session.add(handle, 41, entry))
                    .as("no value counts as 0")
                    .isEqualTo(Status.OK);
            assertThat(session.add(handle, 1, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(42);
            assertThat(entry.handle()).isEqualTo(handle);
            key.setUtf8("sum:unknown");
            assertThat(session.clear(key, entry)).isEqualTo(Status.NOT_FOUND);
        }
    }

    @Test
    void shouldEndAnEntryWhenItsTimeIsOver() {
        try (BlockingSession session = appliance.connect()) {
            key.setUtf8("ttl:1");
            value.setUtf8("short");
            assertThat(session.putFor(key, 5_000_000, value, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            Await.until("it ended", 5_000, () -> session.get(handle, entry) == Status.STALE_HANDLE);
            assertThat(session.get(key, entry)).isEqualTo(Status.NOT_FOUND);
            assertThat(session.putFor(key, 3_600_000_000_000L, value, entry)).isEqualTo(Status.OK);
            assertThat(session.touch(entry.handle(), 5_000_000, entry)).isEqualTo(Status.OK);
            Await.until("it ended", 5_000, () -> session.get(key, entry) == Status.NOT_FOUND);
            Await.until("it was counted", 5_000, () -> appliance.counter(Counter.EXPIRATIONS) >= 2);
            assertThat(appliance.counter(Counter.MAX_EXPIRY_LAG_NS)).isPositive();
            assertThat(session.putFor(key, 0, value, entry)).isEqualTo(Status.INVALID_REQUEST);
            assertThat(session.touch(key, 1, entry)).isEqualTo(Status.NOT_FOUND);
        }
    }

    @Test
    void shouldFreeASessionsAnonymousEntriesWithIt() throws IOException {
        long handle;
        try (BlockingSession watcher = appliance.connect()) {
            try (BlockingSession session = appliance.connect();
                    ColocatedReader reader =
                            ColocatedReader.open(Path.of(session.limits().regionPath()))) {
                assertThat(session.allocate(entry)).isEqualTo(Status.OK);
                handle = entry.handle();
                value.setUtf8("nameless");
                assertThat(session.get(handle, entry)).isEqualTo(Status.ABSENT);
                assertThat(session.put(handle, value, entry)).isEqualTo(Status.OK);
                assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
                assertThat(entry.value().toUtf8()).isEqualTo("nameless");
                assertThat(session.allocate(entry)).isEqualTo(Status.OK);
                assertThat(session.delete(entry.handle(), entry)).isEqualTo(Status.OK);
                assertThat(watcher.get(handle, entry)).isEqualTo(Status.OK);
            }
            long freed = handle;
            Await.until("it went with its session", 5_000, () -> watcher.get(freed, entry) == Status.STALE_HANDLE);
        }
    }

    @Test
    void shouldNotCountAnAnonymousEntryThatAnotherSessionHasDeleted() throws IOException {
        try (RunningAppliance small = new RunningAppliance("anonymous-per-session=4");
                BlockingSession allocator = small.connect();
                BlockingSession other = small.connect()) {
            for (int i = 0; i < 40; i++) {
                assertThat(allocator.allocate(entry)).as("entry %d", i).isEqualTo(Status.OK);
                long handle = entry.handle();
                if (i % 2 == 0) {
                    assertThat(other.delete(handle, entry)).isEqualTo(Status.OK);
                } else {
                    Group group = new Group(16);
                    group.delete(handle, Group.ANY_VERSION);
                    assertThat(other.apply(group)).isEqualTo(Status.OK);
                }
            }
        }
    }

    @Test
    void shouldRefuseAnonymousEntriesAtTheSessionsLimitAndAtTheRegionsAndGiveThemBack() throws IOException {
        try (RunningAppliance small = new RunningAppliance("anonymous-per-session=40");
                BlockingSession other = small.connect()) {
            try (BlockingSession session = small.connect()) {
                for (int i = 0; i < 40; i++) {
                    assertThat(session.allocate(entry)).isEqualTo(Status.OK);
                }
                assertThat(session.allocate(entry)).isEqualTo(Status.ANONYMOUS_LIMIT);
                Await.until("it was counted", 5_000, () -> small.counter(Counter.ANONYMOUS_LIMIT) == 1);
                for (int i = 0; i < 24; i++) { // the region has 64
                    assertThat(other.allocate(entry)).isEqualTo(Status.OK);
                }
                assertThat(other.allocate(entry)).isEqualTo(Status.SLOTS_FULL);
            }
            Await.until("there is room again", 5_000, () -> other.allocate(entry) == Status.OK);
        }
    }

    @Test
    void shouldScanEveryKeyOfAPrefixExactlyOnceOverManyPages() {
        try (BlockingSession session = appliance.connect()) {
            Map<String, String> expected = new HashMap<>();
            for (int i = 0; i < 3000; i++) {
                String name = "scan:" + i;
                String text = "v".repeat(i % 50) + i;
                key.setUtf8(name);
                value.setUtf8(text);
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
                expected.put(name, text);
            }
            key.setUtf8("scan:without-value");
            session.resolve(key, true, entry);
            Map<String, String> found = new HashMap<>();
            int status = session.scan(
                    new Key("scan:"),
                    Long.MAX_VALUE,
                    (k, e) -> assertThat(found.put(k.toUtf8(), e.value().toUtf8()))
                            .isNull());
            assertThat(status).isEqualTo(Status.OK);
            assertThat(found).isEqualTo(expected);
            Set<String> few = new HashSet<>();
            session.scan(new Key("scan:1"), 7, (k, e) -> few.add(k.toUtf8()));
            assertThat(few).hasSize(7).allMatch(name -> name.startsWith("scan:1"));
            expected.keySet().forEach(name -> {
                key.setUtf8(name);
                session.delete(key, entry);
            });
        }
    }

    @Test
    void shouldPipelineRequestsInOrderAndRefuseBeyondTheWindow() {
        try (Session session = Session.connect(appliance.dir(), RunningAppliance.TIMEOUT_NS)) {
            key.setUtf8("pipeline");
            value.setUtf8("x");
            List<Long> answered = new ArrayList<>();
            ResultHandler handler = (id, status, result) -> answered.add(id);
            List<Long> sent = new ArrayList<>();
            long code;
            while ((code = session.put(key, value)) > 0) {
                sent.add(code);
            }
            assertThat(code).isIn((long) Session.WINDOW_FULL, (long) Session.BACK_PRESSURED);
            assertThat(sent.size()).isLessThanOrEqualTo(session.limits().maxInFlight());
            while (session.inFlight() > 0) {
                session.poll(handler, 10);
            }
            assertThat(answered).isEqualTo(sent);
            assertThat(session.put(key, value)).isPositive();
        }
    }

    @Test
    void shouldReportUnansweredRequestsAsUnknownWhenTheClientCloses() {
        Session session = Session.connect(appliance.dir(), RunningAppliance.TIMEOUT_NS);
        List<Integer> statuses = new ArrayList<>();
        CloseCause[] cause = new CloseCause[1];
        ResultHandler handler = new ResultHandler() {
            @Override
            public void onResult(long id, int status, Entry result) {
                statuses.add(status);
                if (statuses.size() == 1) {
                    session.close(); // from within a poll
                }
            }

            @Override
            public void onClosed(CloseCause closeCause, String text) {
                cause[0] = closeCause;
            }
        };
        for (int i = 0; i < 5; i++) {
            assertThat(session.get(7L)).isPositive();
        }
        while (session.poll(handler, 1) != Session.CLOSED) {
            Thread.onSpinWait();
        }
        assertThat(statuses).startsWith(Status.STALE_HANDLE).hasSize(5);
        assertThat(statuses.subList(1, 5)).containsOnly(Status.UNKNOWN);
        assertThat(cause[0]).isEqualTo(CloseCause.CLIENT);
        assertThat(session.get(7L)).isEqualTo(Session.CLOSED);
    }

    @Test
    void shouldReadWhatASessionWroteWithoutAMessage() throws IOException {
        ColocatedReader reader;
        long handle;
        try (BlockingSession session = appliance.connect()) {
            reader = ColocatedReader.open(Path.of(session.limits().regionPath()));
            key.setUtf8("colocated");
            value.setUtf8("a value that lives in a slab block");
            session.put(key, value, entry);
            handle = entry.handle();
            long version = entry.version();
            assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().toUtf8()).isEqualTo("a value that lives in a slab block");
            assertThat(entry.version()).isEqualTo(version);
            assertThat(entry.handle()).isEqualTo(handle);
            assertThat(reader.isWriterAlive()).isTrue();
            assertThat(reader.get(handle, new Entry(16))).isEqualTo(Status.VALUE_TOO_LONG);
            session.delete(handle, entry);
            assertThat(reader.get(handle, entry)).isEqualTo(Status.STALE_HANDLE);
        }
        reader.close();
        assertThat(reader.get(handle, entry)).isEqualTo(Status.REGION_RETIRED);
    }

    @Test
    void shouldSayWhatIsUnreachable() {
        assertThatThrownBy(() -> Session.connect(Path.of("/nowhere"), 1_000_000_000L))
                .isInstanceOf(SessionException.class)
                .hasMessageContaining("/nowhere")
                .extracting(e -> ((SessionException) e).kind())
                .isEqualTo(SessionException.Kind.UNREACHABLE);
    }
}
